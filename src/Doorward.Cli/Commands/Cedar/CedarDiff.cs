using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cedar;
using Doorward.Cedar.Comparison;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands.Cedar;

/// <summary>`cedar diff`: which recorded requests two sets of policies decide differently; the exit code 1 says that there are some.</summary>
internal static class CedarDiff
{
    private static readonly Argument<FileInfo> Old = new("old") { Description = "Cedar policies, as text or JSON", HelpName = "OLD" };
    private static readonly Argument<FileInfo> New = new("new") { Description = "Cedar policies that would take their place", HelpName = "NEW" };
    private static readonly Option<FileInfo> Requests = new("--requests", "-r")
    {
        Description = "Recorded requests, one JSON object a line: principal, action, resource, context, and perhaps entities",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<FileInfo?> Entities = new("--entities") { Description = "Entities of all requests, as JSON", HelpName = "FILE" };
    private static readonly Option<bool> Reasons = new("--reasons") { Description = "Show also decisions that stay but are made by other policies" };
    private static readonly Option<bool> DenyOnError = new("--deny-on-error") { Description = "A forbid that errors denies, as in an installation" };

    public static Command Create() => new Command("diff", "Show which recorded requests two sets of policies decide differently; exit code 1 says that there are some")
    {
        Old, New, Requests, Entities, CedarSources.Schema, Reasons, DenyOnError,
    }.Returns(RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancel)
    {
        var schema = invocation.Value(CedarSources.Schema) is { } file ? await CedarSources.ReadSchemaAsync(file, cancel) : null;
        var (before, after) = (await CedarSources.ReadPoliciesAsync(invocation.Value(Old), cancel), await CedarSources.ReadPoliciesAsync(invocation.Value(New), cancel));
        var entities = await CedarSources.ReadJsonAsync(
            invocation.Value(Entities), EntityStore.Empty, bytes => schema is null ? CedarJson.ReadEntities(bytes) : CedarJson.ReadEntities(bytes, schema), cancel);
        var diff = new PolicySetDiff(before, after, invocation.Value(Reasons), new AuthorizerOptions { DenyOnError = invocation.Value(DenyOnError) });
        var log = new RecordedRequestLog(invocation.Value(Requests)!, entities, schema);
        var tally = new int[3];
        var changes = new JsonArray();
        foreach (var (line, change) in log.Compare(diff, cancel))
        {
            tally[(int)change.Kind]++;
            if (invocation.Format != OutputFormat.Table)
            {
                changes.Add(Describe(line, change));
                continue;
            }

            var (request, answer) = (change.Request, change.Kind == DecisionChangeKind.NewlyDenied && change.After.Reasons.Count == 0 ? change.Before : change.After);
            var because = answer.Reasons.Count == 0 ? "" : $"  {(ReferenceEquals(answer, change.Before) ? "was by" : "by")} {string.Join(", ", answer.Reasons)}";
            await invocation.Out.WriteLineAsync(Printable.OneLine($"{Word(change.Kind),-13} line {line}: {request.Principal} {request.Action} {request.Resource}{because}").AsMemory(), cancel);
        }

        var summary = $"{log.Count} requests: {tally[0]} newly allowed, {tally[1]} newly denied{(invocation.Value(Reasons) ? $", {tally[2]} for other reasons" : "")}.";
        if (invocation.Format == OutputFormat.Table)
        {
            invocation.Say(summary);
        }
        else
        {
            invocation.Print(new JsonObject { ["requests"] = log.Count, ["newlyAllowed"] = tally[0], ["newlyDenied"] = tally[1], ["otherReasons"] = tally[2], ["changes"] = changes });
        }

        return tally.Sum() == 0 ? CommandLine.Done : CommandLine.Failed;
    }

    private static string Word(DecisionChangeKind kind) => kind switch
    {
        DecisionChangeKind.NewlyAllowed => "newly allowed",
        DecisionChangeKind.NewlyDenied => "newly denied",
        _ => "other reasons",
    };

    private static JsonObject Describe(long line, DecisionChange change) => new()
    {
        ["change"] = change.Kind switch { DecisionChangeKind.NewlyAllowed => "newlyAllowed", DecisionChangeKind.NewlyDenied => "newlyDenied", _ => "otherReasons" },
        ["line"] = line,
        ["principal"] = change.Request.Principal.ToString(),
        ["action"] = change.Request.Action.ToString(),
        ["resource"] = change.Request.Resource.ToString(),
        ["before"] = new JsonArray([.. change.Before.Reasons.Select(reason => JsonValue.Create(reason))]),
        ["after"] = new JsonArray([.. change.After.Reasons.Select(reason => JsonValue.Create(reason))]),
    };
}
