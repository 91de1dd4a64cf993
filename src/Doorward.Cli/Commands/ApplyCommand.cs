using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Cli.Connection;
using Doorward.Cli.Documents;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`apply`: makes the installation be what the files say; all of it, or nothing.</summary>
internal static class ApplyCommand
{
    private static readonly Column[] Columns = [new("CHANGE", "change"), new("KIND", "kind"), new("NAME", "name")];

    private static readonly Option<string[]> Files = new("--file", "-f")
    {
        Description = "YAML file, folder of them, or - for stdin; may be repeated",
        HelpName = "FILE|DIR",
        Required = true,
    };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Check everything and say what would change" };
    private static readonly Option<bool> Prune = new("--prune") { Description = "Delete earlier applied resources that the files no longer have" };

    public static Command Create() => new Command("apply", "Create or update resources from YAML documents") { Files, DryRun, Prune }
        .Runs(RunAsync);

    private static async Task RunAsync(Invocation invocation, CancellationToken cancel)
    {
        var documents = invocation.Value(Files)!.SelectMany(DocumentReader.ReadAll).ToList();
        if (documents.Count == 0)
        {
            throw new CommandFailure("there is no document in the files", "write at least one `kind:` and `name:`");
        }

        using var client = invocation.Connect();
        var result = await SendAsync(client, documents, invocation.Value(DryRun), invocation.Value(Prune), cancel);
        DocumentPlaces.WriteWarnings(invocation.Error, documents, result);
        invocation.Print(invocation.Format == OutputFormat.Table ? result["changes"]!.DeepClone() : result, Columns);
        if (invocation.Value(DryRun))
        {
            await invocation.Error.WriteLineAsync("nothing was changed: this was a dry run");
        }
    }

    /// <summary>Sends the documents as one publication.</summary>
    public static Task<JsonNode> SendAsync(ControlClient client, IReadOnlyList<Document> documents, bool dryRun, bool prune, CancellationToken cancel) =>
        PostAsync(client, $"apply?dryRun={Flag(dryRun)}&prune={Flag(prune)}", documents, cancel);

    /// <summary>Posts the documents. A refusal is told with file, line and column of each fault.</summary>
    public static async Task<JsonNode> PostAsync(ControlClient client, string path, IReadOnlyList<Document> documents, CancellationToken cancel)
    {
        var body = new JsonObject { ["documents"] = new JsonArray([.. documents.Select(Sent)]) };
        try
        {
            return await client.PostAsync(path, body, cancel);
        }
        catch (CommandFailure refused) when (refused.Problem is { } problem)
        {
            var failures = DocumentPlaces.Failures(documents, problem["errors"] as JsonArray ?? []).ToList();
            if (failures.Count > 0) throw failures[0].With(failures[1..]);
            throw new CommandFailure(DocumentPlaces.Describe(problem, refused.Message), Problem.Text(problem, "fix"), DocumentPlaces.Of(documents, problem), refused);
        }
    }

    /// <summary>The document with the place that errors about it are told with.</summary>
    public static JsonObject Sent(Document document)
    {
        var sent = document.Json.DeepClone().AsObject();
        sent["source"] = document.Start.ToString();
        return sent;
    }

    private static string Flag(bool value) => JsonSerializer.Serialize(value);
}
