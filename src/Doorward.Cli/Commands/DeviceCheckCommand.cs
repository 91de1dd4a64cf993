using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cli.Connection;
using Doorward.Cli.Documents;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`device check` and `device try`: which devices would fail posture rules that are not in force yet.</summary>
internal static class DeviceCheckCommand
{
    private const string Kind = "PostureRule";

    private static readonly Column[] Counts =
    [
        new("RULE", "rule"), new("DEVICES", "devices"), new("FAILING", "failing"), new("UNKNOWN", "unknown"), new("NEWLY-FAILING", "newlyFailing"), new("NEWLY-PASSING", "newlyPassing"),
    ];

    private static readonly Column[] Devices = [new("NAME", "name"), new("CHANGE", "change"), new("UNKNOWN", "isUnknown"), new("ID", "id"), new("REASONS", "reasons")];

    private static readonly Option<string[]> Files = new("--file", "-f")
    {
        Description = "YAML file with posture rules, folder of them, or - for stdin; may be repeated",
        HelpName = "FILE|DIR",
        Required = true,
    };

    private static readonly Argument<string> When = new("when") { Description = "A Cedar expression, as context.posture.firewall.pass", HelpName = "EXPRESSION" };
    private static readonly Option<string[]> Platforms = new("--platform") { Description = "Only linux, macos or windows; may be repeated", HelpName = "NAME" };

    public static Command CreateCheck() => new Command("check", "Say which devices the posture rules of files would fail, against those in force, without making them") { Files }.Runs(CheckAsync);

    public static Command CreateTry(Option<string[]> labels) => new Command("try", "Say which devices would fail an expression as a posture rule, without making it") { When, Platforms, labels }.Runs(async (invocation, cancel) =>
    {
        var spec = new JsonObject { ["when"] = invocation.Value(When), ["labels"] = DeviceCommand.LabelsOf(invocation) };
        if (invocation.Value(Platforms) is { Length: > 0 } platforms) spec["platforms"] = new JsonArray([.. platforms.Select(name => JsonValue.Create(name))]);
        using var client = invocation.Connect();
        Print(invocation, [await client.PostAsync("devices/compliance/check", new JsonObject { ["spec"] = spec }, cancel)]);
    });

    private static async Task CheckAsync(Invocation invocation, CancellationToken cancel)
    {
        var rules = invocation.Value(Files)!.SelectMany(DocumentReader.ReadAll).Where(static document => string.Equals(document.Json["kind"]?.ToString(), Kind, StringComparison.OrdinalIgnoreCase)).ToList();
        if (rules.Count == 0) throw new CommandFailure("there is no posture rule in the files", $"write a document of `kind: {Kind}` with `name:` and `when:`");
        using var client = invocation.Connect();
        var trials = new List<JsonNode>();
        foreach (var rule in rules) trials.Add(await AskAsync(client, rule, cancel));
        Print(invocation, trials);
    }

    private static async Task<JsonNode> AskAsync(ControlClient client, Document rule, CancellationToken cancel)
    {
        try
        {
            var trial = await client.PostAsync("devices/compliance/check", new JsonObject { ["name"] = rule.Json["name"]?.DeepClone(), ["spec"] = rule.Json["spec"]?.DeepClone() }, cancel);
            trial["rule"] = rule.Json["name"]?.DeepClone();
            return trial;
        }
        catch (CommandFailure refused) when (refused.Problem is { } problem)
        {
            throw new CommandFailure(DocumentPlaces.Describe(problem, refused.Message), Problem.Text(problem, "fix"), DocumentPlaces.Of([rule], problem), refused);
        }
    }

    private static void Print(Invocation invocation, IReadOnlyList<JsonNode> trials)
    {
        if (invocation.Format != OutputFormat.Table)
        {
            invocation.Print(trials is [var only] ? only : new JsonArray([.. trials]));
            return;
        }

        foreach (var trial in trials)
        {
            invocation.Print(trial, trial["rule"] is null ? Counts[1..] : Counts);
            if (trial["first"] is not JsonArray { Count: > 0 } first) continue;
            invocation.Out.WriteLine();
            invocation.Print(first, Devices);
        }
    }
}
