using System.Text.Json;
using Doorward.Console.Calls;
using Doorward.Console.Components;
using Doorward.Console.Documents;
using Doorward.Console.Editor;
using Doorward.Console.Layout;
using Doorward.Console.Shell;
using Doorward.Control.Api;
using Doorward.Control.Api.Endpoints;
using Doorward.Control.Decisions;
using Doorward.Control.Policies.Tests;
using Doorward.Control.Resources;
using Doorward.Control.Roles;
using Microsoft.AspNetCore.Components;

namespace Doorward.Console.Policies;

/// <summary>The acting side of the page of one policy.</summary>
public sealed partial class PolicyPage(ConsoleApi api, Browser browser, NavigationManager navigation, Toasts toasts)
{
    private const string Example =
        """
        @explain("Say in words whom this lets in.")
        permit (
          principal in Group::"staff",
          action in Action::"access",
          resource == Application::"wiki"
        );

        """;

    private readonly OpenDocument document = new(api, "Policy", "policies");
    private CedarEditor? editor;
    private TestTable? table;
    private ReasonDialog publish = null!, delete = null!;
    private PolicyEdit? edit;
    private PolicyTestAnswer? results;
    private IReadOnlyList<ResourceError> warnings = [];
    private ReplayAnswer? impact;
    private ApiProblem? problem;
    private string? note;
    private bool busy, restored, blocked, unnamed;
    private Task? recalling;

    /// <summary>Null for one that is not there yet.</summary>
    [Parameter] public string? Name { get; set; }

    [CascadingParameter] public required MeView Me { get; set; }

    private bool MayChange => Me.May.Contains(ApiAction.Administer) && (Name is null || document.Stored is { System: false });

    private string Key => $"policy/{Name ?? "new"}";

    // Of this person: the next one who signs in here must not meet it.
    private string Draft => $"{Me.Name}/{Key}";

    private string DraftKey => $"draft:{Draft}";

    private string Here => $"/policies/{Uri.EscapeDataString(Name ?? "")}";

    private string PolicyName => Name ?? edit?.Name.Trim() ?? "";

    private string? Lead => Name is null || document.Stored is not { } stored ? null : Text[stored.System ? "LeadSystem" : "LeadVersion", stored.Version].Value;

    private string Yaml => DocumentYaml.Write(document.Kind, PolicyName, edit!.ToSpec());

    private List<PolicyTestResult>? OwnResults => results?.Items.Where(result => result.Policy == PolicyName).ToList();

    private List<PolicyTestResult>? OtherFailures => results?.Items.Where(result => result.Policy != PolicyName && !result.Passed).ToList();

    protected override Task OnInitializedAsync() => LoadAsync();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (edit is not null) await RecallAsync();
    }

    private async Task LoadAsync()
    {
        (edit, results, impact, problem, note, restored, blocked, recalling) = (null, null, null, null, null, false, false, null);
        if (Name is null)
        {
            if (!MayChange) return;
            document.Begin();
            edit = PolicyEdit.New(Example);
            return;
        }

        problem = await document.ReadAsync(Name);
        if (document.Stored is { } stored) edit = PolicyEdit.Of(stored);
    }

    // Once, and before anything is kept: what is kept now must not overwrite what was kept before.
    private Task RecallAsync() => recalling ??= RecallOnceAsync();

    private async Task RecallOnceAsync()
    {
        if (!MayChange) return;
        if (await browser.RecallAsync(DraftKey) is { } kept && edit!.Restore(kept, out var based))
        {
            document.BaseOn(based);
            restored = true;
            StateHasChanged();
        }

        // Of the tests as they came back.
        if (table is not null) await table.ReopenAsync();
    }

    // The text comes back by the editor. What is published already had come through before the connection was lost.
    private async Task RestoredAsync()
    {
        restored = true;
        await RecallAsync();
        if (edit is null || Name is null || edit.IsChanged) return;
        await DiscardAsync();
        note = Text["RestoredDone"];
    }

    private Task TypedAsync(string text)
    {
        if (edit is null || edit.Cedar == text) return Task.CompletedTask;
        edit.Cedar = text;
        return ChangedAsync();
    }

    private Task SwitchAsync(ChangeEventArgs change)
    {
        edit!.ReportOnly = change.Value is true;
        return ChangedAsync();
    }

    private Task NamedAsync(string name)
    {
        (edit!.Name, unnamed) = (name, false);
        return ChangedAsync();
    }

    private Task TestsChangedAsync()
    {
        results = null;
        return ChangedAsync();
    }

    private async Task ChangedAsync()
    {
        (impact, note, blocked) = (null, null, false);
        await RecallAsync();
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
        if (taken is not null) navigation.NavigateTo($"/policies/{Uri.EscapeDataString(taken)}");
    }

    private void KeepMine()
    {
        document.KeepMine();
        note = Text["KeptMine"];
    }

    private async Task<bool> RunTestsAsync()
    {
        (results, blocked) = (null, false);
        if (await AskAsync<PolicyTestAnswer>("policies/test") is not { } answer) return false;
        results = answer;
        return answer is { Failed: 0, Refusal: null };
    }

    private async Task SeeImpactAsync() => impact = await AskAsync<ReplayAnswer>("policies/simulate");

    private Task<ApiAnswer<ReplayAnswer>> WeighAsync(CancellationToken ct) => api.PostAsync<ReplayAnswer>("policies/simulate", new ApplyBody([edit!.ToDocument(PolicyName)]), ct: ct);

    // A question about the policy as it stands in the editor, the last keystroke included.
    private async Task<T?> AskAsync<T>(string path)
        where T : class
    {
        await TakeTextAsync();
        busy = true;
        var answer = await api.PostAsync<T>(path, new ApplyBody([edit!.ToDocument(PolicyName)]));
        busy = false;
        answer.Succeeded(out var value, out problem);
        return value;
    }

    private async Task TakeTextAsync()
    {
        if (editor is not null && MayChange) await TypedAsync(await editor.ReadAsync());
    }

    private async Task AskToPublishAsync()
    {
        if (busy || edit is null) return;
        note = null;
        unnamed = PolicyName.Length == 0;
        if (unnamed)
        {
            await browser.FocusAsync("policy-name");
            return;
        }

        await editor!.FormatAsync();
        await TakeTextAsync();
        if (!edit.IsChanged && Name is not null)
        {
            note = Text["Unchanged"];
            return;
        }

        if (!await RunTestsAsync()) blocked = results is not null;
        else if (await AskAsync<CheckAnswer>("policies/check") is { } check)
        {
            warnings = check.Warnings;
            await publish.OpenAsync();
        }
    }

    private async Task<ApiProblem?> PublishAsync(string reason)
    {
        var before = document.Stored;
        problem = await document.WriteAsync(PolicyName, edit!.ToSpec(), reason);
        if (problem is null && !document.IsConflict) await PublishedAsync(before?.Version);
        StateHasChanged();
        return null;
    }

    private async Task PublishedAsync(long? before)
    {
        await ForgetAsync();
        if (Name is not { } name || before is not { } version)
        {
            toasts.Say(Text["PublishedNew", DisplayText.Of(PolicyName)]);
            navigation.NavigateTo($"/policies/{Uri.EscapeDataString(PolicyName)}");
            return;
        }

        await LoadAsync();
        var written = document.Base;
        toasts.Offer(Text["Published", document.Stored?.Version ?? 0], Text["Undo"], () => RollBackAsync(name, version, written));
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
        toasts.Offer(Text["Deleted", DisplayText.Of(before.Name)], Text["Undo"], () => RollBackAsync(before.Name, before.Version, null));
        navigation.NavigateTo("/policies");
        return null;
    }

    // Over what this page wrote and nothing else; of a deleted one, only while none of its name is there. The page may be another by now.
    private Task RollBackAsync(string name, long version, string? written) => InvokeAsync(async () =>
    {
        var answer = await api.PostAsync<JsonElement>($"policies/{Uri.EscapeDataString(name)}/rollback", new RollbackBody(version, Text["UndoReason"]), written ?? ConsoleApi.NothingThere);
        if (!answer.Succeeded(out _, out var refused)) toasts.Say(refused);
        else navigation.NavigateTo($"/policies/{Uri.EscapeDataString(name)}/versions");
    });
}
