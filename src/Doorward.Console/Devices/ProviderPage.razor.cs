using System.Text.Json.Nodes;
using Doorward.Console.Calls;
using Doorward.Console.Components;
using Doorward.Console.Documents;
using Doorward.Console.Layout;
using Doorward.Console.Shell;
using Doorward.Control.Api;
using Doorward.Control.Api.Endpoints;
using Doorward.Control.Devices.Providers;
using Doorward.Control.Roles;
using Microsoft.AspNetCore.Components;

namespace Doorward.Console.Devices;

/// <summary>The acting side of the page of one posture provider.</summary>
public sealed partial class ProviderPage(ConsoleApi api, NavigationManager navigation, Toasts toasts)
{
    private readonly OpenDocument document = new(api, "PostureProvider", "postureproviders");
    private ReasonDialog ask = null!;
    private KeptForm? form;
    private ProviderEdit? edit;
    private PostureProviderView? state;
    private ApiProblem? problem;
    private string? note;
    private bool busy;
    private int editing;

    /// <summary>Null for one that is not there yet.</summary>
    [Parameter] public string? Name { get; set; }

    [CascadingParameter] public required MeView Me { get; set; }

    private bool MayChange => Me.May.Contains(ApiAction.Administer) && !document.IsGone;

    private string ProviderName => Name ?? edit?.Name.Trim() ?? "";

    private string Yaml => DocumentYaml.Write(document.Kind, ProviderName, edit!.ToShown());

    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        (edit, note) = (null, null);
        if (Name is null)
        {
            if (!MayChange) return;
            document.Begin();
            edit = ProviderEdit.New(RecordMapping.Shipped.Keys.First());
            return;
        }

        problem = await document.ReadAsync(Name);
        if (document.Stored is { } stored) edit = ProviderEdit.Of(stored.Spec);
        await ReadStateAsync();
    }

    private async Task ReadStateAsync()
    {
        if ((await api.GetAsync<PostureProviderView[]>("devices/providers")).Succeeded(out var told, out _)) state = told.FirstOrDefault(one => one.Name == Name);
    }

    // What was typed on an older version meets a conflict. When it is what is there, the save had come through before the connection was lost.
    private bool Restored(string? based)
    {
        var isDone = document.Stored is { } stored && JsonNode.DeepEquals(edit!.ToSpec(), stored.Spec);
        if (isDone) note = based == document.Base ? null : Shell["RestoredDone"].Value;
        else if (Name is not null) document.BaseOn(based ?? document.Base);
        StateHasChanged();
        return isDone;
    }

    private async Task SaveAsync()
    {
        if (busy || edit is null) return;
        (busy, note) = (true, null);
        var (before, secret) = (document.Stored, edit.ChangesSecret);
        problem = await document.WriteAsync(ProviderName, edit.ToSpec());
        busy = false;
        if (problem is not null || document.IsConflict) return;
        await ForgetAsync();
        if (Name is null)
        {
            toasts.Say(Text["Saved", DisplayText.Of(ProviderName)]);
            navigation.NavigateTo(DeviceLinks.Provider(ProviderName));
            return;
        }

        await LoadAsync();
        Tell(before!, secret, document.Base);
    }

    // Nobody can put back a secret that nobody is told.
    private void Tell(ResourceView before, bool secret, string? written)
    {
        if (document.Stored?.Version == before.Version) toasts.Say(Text["Unchanged"]);
        else if (secret) toasts.Say(Text["SavedSecret", DisplayText.Of(Name)]);
        else toasts.Offer(Text["Saved", DisplayText.Of(Name)], Shell["Undo"], () => InvokeAsync(() => PutBackAsync(before, written)));
    }

    private async Task PutBackAsync(ResourceView before, string? written)
    {
        if (await document.PutBackAsync(before, written, Shell["UndoReason"]) is { } refused)
        {
            toasts.Say(refused);
            return;
        }

        await LoadAsync();
        editing++;
        StateHasChanged();
    }

    // With a form of its own for what is typed next.
    private async Task ForgetAsync()
    {
        if (form is not null) await form.ForgetAsync();
        editing++;
    }

    // Theirs may stand under a name that was chosen here for a new one.
    private async Task TakeTheirsAsync()
    {
        var taken = Name is null ? document.Theirs?.Name : null;
        await ForgetAsync();
        await LoadAsync();
        if (taken is not null) navigation.NavigateTo(DeviceLinks.Provider(taken));
    }

    private void KeepMine()
    {
        document.KeepMine();
        note = Shell["KeptMine"];
    }

    private async Task<ApiProblem?> DeleteAsync(string reason)
    {
        var (before, lost) = (document.Stored!, edit!.HasSecret);
        if (await document.DeleteAsync(before.Name, reason) is { } refused) return refused;
        if (document.IsConflict)
        {
            StateHasChanged();
            return null;
        }

        await ForgetAsync();
        navigation.NavigateTo(DeviceLinks.Providers);
        if (lost) toasts.Say(Text["Deleted", DisplayText.Of(before.Name)]);
        else toasts.Offer(Text["Deleted", DisplayText.Of(before.Name)], Shell["Undo"], () => InvokeAsync(() => MakeAgainAsync(before)));
        return null;
    }

    private async Task MakeAgainAsync(ResourceView before)
    {
        if (await document.MakeAgainAsync(before, Shell["UndoReason"]) is { } refused) toasts.Say(refused);
        else navigation.NavigateTo(DeviceLinks.Provider(before.Name));
    }
}
