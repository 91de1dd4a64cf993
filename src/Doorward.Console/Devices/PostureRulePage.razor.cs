using System.Text.Json;
using Doorward.Console.Calls;
using Doorward.Console.Components;
using Doorward.Console.Documents;
using Doorward.Console.Editor;
using Doorward.Console.Layout;
using Doorward.Console.Shell;
using Doorward.Control.Api;
using Doorward.Control.Api.Endpoints;
using Doorward.Control.Devices.Compliance;
using Doorward.Control.Roles;
using Microsoft.AspNetCore.Components;

namespace Doorward.Console.Devices;

/// <summary>The acting side of the page of one posture rule.</summary>
public sealed partial class PostureRulePage(ConsoleApi api, Browser browser, NavigationManager navigation, Toasts toasts)
{
    private const string Example = "context.posture.firewall.pass";

    private readonly OpenDocument document = new(api, "PostureRule", "posturerules");
    private CedarEditor? editor;
    private ReasonDialog save = null!, delete = null!;
    private RuleEdit? edit;
    private RuleTrial? trial;
    private ApiProblem? problem;
    private string? note;
    private bool busy, restored, unnamed;
    private Task? recalling;

    /// <summary>Null for one that is not there yet.</summary>
    [Parameter] public string? Name { get; set; }

    [CascadingParameter] public required MeView Me { get; set; }

    private bool MayChange => Me.May.Contains(ApiAction.Administer) && (Name is null || document.Stored is not null);

    // Of this person: the next one who signs in here must not meet it.
    private string Draft => $"{Me.Name}/posture-rule/{Name ?? "new"}";

    private string DraftKey => $"draft:{Draft}";

    private string RuleName => Name ?? edit?.Name.Trim() ?? "";

    private string Yaml => DocumentYaml.Write(document.Kind, RuleName, edit!.ToSpec());

    protected override Task OnInitializedAsync() => LoadAsync();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (edit is not null) await RecallAsync();
    }

    private async Task LoadAsync()
    {
        (edit, trial, problem, note, restored, recalling) = (null, null, null, null, false, null);
        if (Name is null)
        {
            if (!MayChange) return;
            document.Begin();
            edit = RuleEdit.New(Example);
            return;
        }

        problem = await document.ReadAsync(Name);
        if (document.Stored is { } stored) edit = RuleEdit.Of(stored);
    }

    // Once, and before anything is kept: what is kept now must not overwrite what was kept before.
    private Task RecallAsync() => recalling ??= RecallOnceAsync();

    private async Task RecallOnceAsync()
    {
        if (!MayChange || await browser.RecallAsync(DraftKey) is not { } kept || !edit!.Restore(kept, out var based)) return;
        document.BaseOn(based);
        restored = true;
        StateHasChanged();
    }

    // The expression comes back by its editor. What is in force already had come through before the connection was lost.
    private async Task RestoredAsync()
    {
        restored = true;
        await RecallAsync();
        if (edit is null || Name is null || edit.IsChanged) return;
        await DiscardAsync();
        note = Shell["RestoredDone"];
    }

    private Task TypedAsync(string text) => edit is null || edit.When == text ? Task.CompletedTask : ChangeAsync(() => edit.When = text);

    private Task FieldsChangedAsync() => ChangeAsync(static () => { });

    private async Task ChangeAsync(Action change)
    {
        // What is typed first must not meet what was kept before and comes back a moment later.
        await RecallAsync();
        change();
        (trial, note, unnamed) = (null, null, false);
        if (edit!.IsChanged || edit.Name.Length > 0) await browser.KeepAsync(DraftKey, edit.ToDraft(document.Base));
        else await ForgetAsync();
    }

    private async Task ForgetAsync()
    {
        restored = false;
        await browser.ForgetAsync(DraftKey);
        if (editor is not null) await editor.ForgetDraftAsync();
    }

    private async Task DiscardAsync()
    {
        await ForgetAsync();
        await LoadAsync();
    }

    // Theirs may stand under a name that was chosen here for a new one.
    private async Task TakeTheirsAsync()
    {
        var taken = Name is null ? document.Theirs?.Name : null;
        await DiscardAsync();
        if (taken is not null) navigation.NavigateTo(DeviceLinks.Rule(taken));
    }

    private void KeepMine()
    {
        document.KeepMine();
        note = Shell["KeptMine"];
    }

    // The last keystroke included.
    private async Task<bool> TryAsync()
    {
        if (editor is not null && MayChange) await TypedAsync(await editor.ReadAsync());
        busy = true;
        var answer = await api.PostAsync<RuleTrial>("devices/compliance/check", new PostureRuleBody(JsonSerializer.SerializeToElement(edit!.ToSpec()), Name));
        busy = false;
        return answer.Succeeded(out trial, out problem);
    }

    private async Task AskToSaveAsync()
    {
        if (busy || edit is null || !MayChange) return;
        unnamed = RuleName.Length == 0;
        if (unnamed) await browser.FocusAsync("rule-name");
        if (unnamed || !await TryAsync()) return;
        if (Name is not null && !edit.IsChanged) note = Text["Unchanged"];
        else await save.OpenAsync();
    }

    private async Task<ApiProblem?> SaveAsync(string reason)
    {
        var before = document.Stored;
        problem = await document.WriteAsync(RuleName, edit!.ToSpec(), reason);
        if (problem is null && !document.IsConflict) await SavedAsync(before);
        StateHasChanged();
        return null;
    }

    private async Task SavedAsync(ResourceView? before)
    {
        await ForgetAsync();
        if (Name is null)
        {
            toasts.Say(Text["Saved", DisplayText.Of(RuleName)]);
            navigation.NavigateTo(DeviceLinks.Rule(RuleName));
            return;
        }

        await LoadAsync();
        var written = document.Base;
        toasts.Offer(Text["Saved", DisplayText.Of(Name)], Shell["Undo"], () => InvokeAsync(() => PutBackAsync(before!, written)));
    }

    // The page may be another by now.
    private async Task PutBackAsync(ResourceView before, string? written)
    {
        if (await document.PutBackAsync(before, written, Shell["UndoReason"]) is { } refused) toasts.Say(refused);
        else navigation.NavigateTo(DeviceLinks.Rules);
    }

    private async Task<ApiProblem?> DeleteAsync(string reason)
    {
        var before = document.Stored!;
        if (await document.DeleteAsync(before.Name, reason) is { } refused) return refused;
        if (document.IsConflict)
        {
            StateHasChanged();
            return null;
        }

        await ForgetAsync();
        toasts.Offer(Text["Deleted", DisplayText.Of(before.Name)], Shell["Undo"], () => InvokeAsync(() => MakeAgainAsync(before)));
        navigation.NavigateTo(DeviceLinks.Rules);
        return null;
    }

    private async Task MakeAgainAsync(ResourceView before)
    {
        if (await document.MakeAgainAsync(before, Shell["UndoReason"]) is { } refused) toasts.Say(refused);
        else navigation.NavigateTo(DeviceLinks.Rule(before.Name));
    }
}
