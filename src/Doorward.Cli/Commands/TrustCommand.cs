using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cli.Connection;
using Doorward.Cli.Trust;

namespace Doorward.Cli.Commands;

/// <summary>`trust`: makes this machine's programs and browsers believe the installation's certificates, and takes it back.</summary>
internal static class TrustCommand
{
    private static readonly Option<FileInfo?> File = new("--ca") { Description = "The installation's ca.pem (default: the one in the data folder)", HelpName = "FILE" };

    public static Command Create() => new("trust", "Trust of this machine in the installation's certificates")
    {
        new Command("install", "Put ca.pem into the stores of the system and of browsers") { File }.Returns((invocation, cancel) => RunAsync(invocation, install: true, cancel)),
        new Command("remove", "Take ca.pem out of them") { File }.Returns((invocation, cancel) => RunAsync(invocation, install: false, cancel)),
    };

    private static async Task<int> RunAsync(Invocation invocation, bool install, CancellationToken cancel)
    {
        var path = invocation.Value(File)?.FullName ?? Path.Combine(invocation.Data.FullName, "ca.pem");
        if (!System.IO.File.Exists(path))
        {
            throw new CommandFailure("no such file", "name the installation's ca.pem with --ca, or its folder with --data", path);
        }

        var certificate = Authorities.FromPem(path)[0];
        var outcomes = new List<TrustOutcome> { await SystemStore.ApplyAsync(certificate, install, cancel) };
        outcomes.AddRange(await BrowserStores.ApplyAsync(certificate, install, cancel));
        var lines = outcomes.Select(outcome => $"{(outcome.Done ? "done" : "not done")}: {outcome.Store}{(outcome.Note is null ? "" : $" ({outcome.Note})")}");
        var last = install ? ["restart browsers that are open; on another machine, copy ca.pem there and run this with --ca"] : Array.Empty<string>();
        invocation.Report(string.Join('\n', [.. lines, .. last]), new JsonObject
        {
            ["stores"] = new JsonArray([.. outcomes.Select(outcome => new JsonObject { ["store"] = outcome.Store, ["done"] = outcome.Done, ["note"] = outcome.Note })]),
        });

        return outcomes.Any(outcome => outcome.Done) ? CommandLine.Done : CommandLine.Failed;
    }
}
