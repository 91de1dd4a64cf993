using System.CommandLine;
using Doorward.Cli.Documents;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`policy simulate`: what publishing policies would change for those who came lately.</summary>
internal static class PolicySimulateCommand
{
    private static readonly Argument<string[]> Files = new("file") { Description = "YAML files or folders as for apply, or - for stdin", HelpName = "FILE", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<bool> Prune = new("--prune") { Description = "As if what an earlier apply made and these files no longer name were deleted" };
    private static readonly Option<int> Limit = new Option<int>("--limit") { Description = "How many of the newest recorded decisions are made again (100000 unless given)", HelpName = "N", DefaultValueFactory = _ => 100_000 }.Within(1, 1_000_000);

    public static Command Create() => new Command("simulate", "Show who would newly be allowed or denied, before publishing; exit code 1 says that somebody would")
    {
        Files, Prune, Limit,
    }.Returns(RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancel)
    {
        var documents = invocation.Value(Files).SelectMany(DocumentReader.ReadAll).ToList();
        if (documents.Count == 0)
        {
            throw new CommandFailure("there is no document in the files", "write at least one `kind:` and `name:`");
        }

        using var client = invocation.Connect();
        var prune = invocation.Value(Prune) ? "true" : "false";
        var answer = await ApplyCommand.PostAsync(client, $"policies/simulate?prune={prune}&limit={invocation.Value(Limit)}", documents, cancel);
        var (allowed, denied) = (answer["newlyAllowed"]?.GetValue<int>() ?? 0, answer["newlyDenied"]?.GetValue<int>() ?? 0);
        var compared = answer["policies"]?.GetValue<int>() != 0;
        if (allowed + denied > 0 || invocation.Format != OutputFormat.Table)
        {
            invocation.Print(
                answer, new("CHANGE", "change"), new("USER", "user"), new("APPLICATION", "application"), new("ACTION", "action"), new("REQUESTS", "requests"),
                new("LAST", "last"), new("POLICIES", "policies"), new("DECISION", "decision"));
        }

        invocation.Say(!compared
            ? "The policies in these files are those in force already, so nothing would change; no decision had to be compared."
            : answer["decisions"]?.GetValue<int>() == 0
                ? "No decision is recorded yet to compare with: what would change shows once people have come (`doorward policy can` answers for one)."
                : $"Of {answer["decisions"]} recorded decisions, {allowed} would newly be allowed and {denied} newly denied.");
        return allowed + denied == 0 ? CommandLine.Done : CommandLine.Failed;
    }
}
