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
using Microsoft.AspNetCore.Http;

namespace Doorward.Console.Devices;

/// <summary>The acting side of the page of one posture rule.</summary>
public sealed partial class PostureRulePage(ConsoleApi api, Browser browser, NavigationManager navigation, Toasts toasts)
{
    private const string Example = "context.posture.firewall.pass";
    private const string Kind = "PostureRule";

    private CedarEditor? editor;
    private ReasonDialog save = null!, delete = null!;
    private ResourceView? view, theirs;
    private RuleEdit? edit;
    private RuleTrial? trial;
    private ApiProblem? problem, conflict;
    private string? theirEtag, note;
    private bool busy, restored;
    private Task? recalling;

    /// <summary>Null for one that is not there yet.</summary>
    [Parameter] public string? Name { get; set; }

    [CascadingParameter] public required MeView Me { get; set; }

    private bool MayChange => Me.May.Contains(ApiAction.Administer) && (Name is null || view is not null);

    // Of this person: the next one who signs in here must not meet it.
    private string Draft => $"{Me.Name}/posture-rule/{Name ?? "new"}";

    private string DraftKey => $"draft:{Draft}";

    private string RuleName => Name ?? edit?.Name.Trim() ?? "";

    private string Address => $"posturerules/{Uri.EscapeDataString(RuleName)}";

    private string Yaml => DocumentYaml.Write(Kind, RuleName, edit!.ToSpec());

    protected override Task OnInitializedAsync() => LoadAsync();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (edit is not null) await RecallAsync();
    }

    private async Task LoadAsync()
    {
        (view, edit, trial, problem, conflict, theirs, note, restored, recalling) = (null, null, null, null, null, null, null, false, null);
        if (Name is null)
        {
            edit = RuleEdit.New(Example);
            return;
        }

        var answer = await api.GetAsync<ResourceView>(Address);
        if (answer.Succeeded(out view, out problem)) edit = RuleEdit.Of(view, answer.ETag);
    }

    // Once, and before anything is kept: what is kept now must not overwrite what was kept before.
    private Task RecallAsync() => recalling ??= RecallOnceAsync();

    private async Task RecallOnceAsync()
    {
        if (!MayChange || await browser.RecallAsync(DraftKey) is not { } kept || !edit!.Restore(kept)) return;
        restored = true;
        StateHasChanged();
    }

    // The expression comes back by its editor. What is in force already had come through before the connection was lost.
    private async Task RestoredAsync()
    {
        restored = true;
        await RecallAsync();
        if (edit is null || Name is null || edit.IsChanged) return;
        await ForgetAsync();
        note = Text["RestoredDone"];
    }

    private Task TypedAsync(string text) => edit is null || edit.When == text ? Task.CompletedTask : ChangeAsync(() => edit.When = text);

    private Task FieldsChangedAsync() => ChangeAsync(static () => { });

    private async Task ChangeAsync(Action change)
    {
        // What is typed first must not meet what was kept before and comes back a moment later.
        await RecallAsync();
        change();
        (trial, note) = (null, null);
        if (edit!.IsChanged || edit.Name.Length > 0) await browser.KeepAsync(DraftKey, edit.ToDraft());
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

    private void KeepMine()
    {
        edit!.BaseOn(theirEtag);
        (conflict, note) = (null, Text["KeptMine"]);
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
        if (busy || edit is null || !MayChange || !await TryAsync()) return;
        if (Name is not null && !edit.IsChanged) note = Text["Unchanged"];
        else await save.OpenAsync();
    }

    private async Task<ApiProblem?> SaveAsync(string reason)
    {
        var body = new ResourceBody(JsonSerializer.SerializeToElement(edit!.ToSpec()), Kind, RuleName, Reason: reason);
        var before = view;
        var answer = edit.Etag is null
            ? await api.PostAsync<JsonElement>("posturerules", body)
            : await api.PutAsync<JsonElement>(Address, body, edit.Etag);
        if (!answer.Succeeded(out _, out var refused)) await RefuseAsync(refused);
        else await SavedAsync(before);
        StateHasChanged();
        return null;
    }

    private async Task RefuseAsync(ApiProblem refused)
    {
        if (refused.Status is not (StatusCodes.Status412PreconditionFailed or StatusCodes.Status409Conflict or StatusCodes.Status404NotFound) || refused.Errors is not null)
        {
            problem = refused;
            return;
        }

        // Somebody was faster: what they wrote beside what is here, and nothing of either lost.
        var now = await api.GetAsync<ResourceView>(Address);
        (conflict, theirs, theirEtag) = (refused, now.Value, now.ETag);
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
        var written = edit?.Etag;
        toasts.Offer(Text["Saved", DisplayText.Of(Name)], Shell["Undo"], () => InvokeAsync(() => PutBackAsync(before!, written)));
    }

    // Only over what this page wrote. The page may be another by now.
    private async Task PutBackAsync(ResourceView before, string? written)
    {
        var answer = await api.PutAsync<JsonElement>(
            $"posturerules/{Uri.EscapeDataString(before.Name)}", new ResourceBody(JsonSerializer.SerializeToElement(before.Spec), Reason: Shell["UndoReason"]), written);
        if (!answer.Succeeded(out _, out var refused)) toasts.Say(refused);
        else navigation.NavigateTo(DeviceLinks.Rules);
    }

    private async Task<ApiProblem?> DeleteAsync(string reason)
    {
        var before = view!;
        var answer = await api.DeleteAsync($"posturerules/{Uri.EscapeDataString(before.Name)}?reason={Uri.EscapeDataString(reason)}", edit!.Etag);
        if (answer.Problem is { Status: StatusCodes.Status412PreconditionFailed or StatusCodes.Status404NotFound } stale)
        {
            await RefuseAsync(stale);
            StateHasChanged();
            return null;
        }

        if (answer.Problem is not null) return answer.Problem;
        await ForgetAsync();
        toasts.Offer(Text["Deleted", DisplayText.Of(before.Name)], Shell["Undo"], () => InvokeAsync(() => PutBackDeletedAsync(before)));
        navigation.NavigateTo(DeviceLinks.Rules);
        return null;
    }

    // Made anew and not over another: whoever took the name meanwhile keeps it.
    private async Task PutBackDeletedAsync(ResourceView before)
    {
        var body = new ResourceBody(JsonSerializer.SerializeToElement(before.Spec), Kind, before.Name, Reason: Shell["UndoReason"]);
        if ((await api.PostAsync<JsonElement>("posturerules", body)).Problem is { } refused) toasts.Say(refused);
        else navigation.NavigateTo(DeviceLinks.Rule(before.Name));
    }
}
