using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cli.Connection;
using Doorward.Cli.Documents;
using Doorward.Cli.Output;
using Doorward.Core.Policies;

namespace Doorward.Cli.Commands;

/// <summary>`policy history|show|diff|rollback`: what a policy said before, and saying it again.</summary>
internal static class PolicyVersions
{
    private static readonly Argument<string> Name = new("name") { Description = "The policy", HelpName = "NAME" };
    private static readonly Argument<long> From = new Argument<long>("from") { Description = "A version", HelpName = "N" }.Within(1);
    private static readonly Argument<long?> To = new Argument<long?>("to") { Description = "Another [default: the newest]", HelpName = "M", Arity = ArgumentArity.ZeroOrOne }.Within(1);
    private static readonly Argument<long> Back = new Argument<long>("version") { Description = "The version whose text is to hold again", HelpName = "N" }.Within(1);
    private static readonly Option<long?> Version = new Option<long?>("--version") { Description = "A version of before [default: what holds now]", HelpName = "N" }.Within(1);

    private static readonly Option<string?> Search = new("--search") { Description = "Part of a name or of a text", HelpName = "TEXT" };
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why, kept with the version", HelpName = "TEXT" };

    public static IEnumerable<Command> Create() =>
    [
        new Command("history", "List the versions of a policy, newest first; one that was deleted has them still") { Name }.Runs(async (invocation, cancel) =>
        {
            using var client = invocation.Connect();
            invocation.Print(await client.ListAsync(Versions(invocation), cancel),
                new("VERSION", "version"), new("PUBLISHED", "published"), new("BY", "publishedBy"), new("WHY", "reason"), new("RETIRED", "retired"), new("RETIRED-BY", "retiredBy"),
                new("CEDAR", "cedar") { Width = 60 });
        }),
        new Command("list", "List the policies in force: what they say of themselves, who published them when and why, how many tests they keep") { Search }.Runs(async (invocation, cancel) =>
        {
            using var client = invocation.Connect();
            invocation.Print(await client.ListAsync($"published-policies?search={Uri.EscapeDataString(invocation.Value(Search) ?? "")}", cancel),
                new("NAME", "name"), new("VERSION", "version"), new("PUBLISHED", "published"), new("BY", "publishedBy"), new("WHY", "reason"), new("TESTS", "tests"), new("SAYS", "says") { Width = 60 });
        }),
        new Command("show", "Show a policy as `apply` takes it, as it is or was") { Name, Version }.Runs(ShowAsync),
        new Command("diff", "Compare a version of a policy with the newest, or with another") { Name, From, To }.Runs(DiffAsync),
        new Command("rollback", "Publish the text of an earlier version again, checked as if it were new") { Name, Back, Reason }.Runs(RollBackAsync),
    ];

    private static async Task ShowAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        var shown = invocation.Value(Version) is { } version
            ? AsResource(await client.GetAsync($"{Versions(invocation)}/{version}", cancel))
            : await client.GetAsync(Address(invocation), cancel);
        ResultWriter.Write(invocation.Out, invocation.Format == OutputFormat.Json ? OutputFormat.Json : OutputFormat.Yaml, shown, []);
    }

    private static async Task DiffAsync(Invocation invocation, CancellationToken cancel)
    {
        using var client = invocation.Connect();
        var from = await client.GetAsync($"{Versions(invocation)}/{invocation.Value(From)}", cancel);
        var to = invocation.Value(To) is { } version
            ? await client.GetAsync($"{Versions(invocation)}/{version}", cancel)
            : (await client.GetAsync(Versions(invocation) + "?limit=1", cancel))["items"]![0]!;
        var lines = LineDiff.Of(ResourceText.Of(AsResource(from)), ResourceText.Of(AsResource(to)));
        var (before, after) = (from["version"]!.GetValue<long>(), to["version"]!.GetValue<long>());
        var heads = (string[])[$"--- {invocation.Value(Name)} version {before}", $"+++ {invocation.Value(Name)} version {after}"];
        invocation.Report(
            lines.All(line => line.StartsWith(' ')) ? $"versions {before} and {after} say the same" : string.Join('\n', heads.Concat(lines)),
            new JsonObject { ["name"] = invocation.Value(Name), ["from"] = before, ["to"] = after, ["lines"] = new JsonArray([.. lines.Select(line => JsonValue.Create(line))]) });
    }

    private static async Task RollBackAsync(Invocation invocation, CancellationToken cancel)
    {
        var (name, back) = (invocation.Value(Name), invocation.Value(Back));
        using var client = invocation.Connect();
        var done = await client.PostAsync($"{Address(invocation)}/rollback", new JsonObject { ["version"] = back, ["reason"] = invocation.Value(Reason) }, cancel);
        DocumentPlaces.WriteWarnings(invocation.Error, [], done);
        if (Problem.Text(done as JsonObject, "change") == "unchanged")
        {
            invocation.Report($"unchanged: policy {name} says what version {back} said", done.AsObject());
            return;
        }

        var now = (await client.GetAsync(Address(invocation), cancel))["version"]!.GetValue<long>();
        invocation.Report($"policy {name} says what version {back} said; that is version {now} now", done.AsObject());
    }

    // A version has its text beside its dates; as a resource it is what can be applied.
    private static JsonObject AsResource(JsonNode version)
    {
        var spec = new JsonObject { ["cedar"] = version["cedar"]!.DeepClone() };
        if (version["reportOnly"]!.GetValue<bool>())
        {
            spec["reportOnly"] = true;
        }

        if (version["tests"] is { } tests)
        {
            spec["tests"] = tests.DeepClone();
        }

        return new JsonObject { ["kind"] = "Policy", ["name"] = version["name"]!.DeepClone(), ["version"] = version["version"]!.DeepClone(), ["spec"] = spec };
    }

    private static string Address(Invocation invocation) => $"policies/{Uri.EscapeDataString(invocation.Value(Name))}";

    private static string Versions(Invocation invocation) => Address(invocation) + "/versions";
}
