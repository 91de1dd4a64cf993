using System.CommandLine;
using System.Text.Json.Nodes;
using Doorward.Cli.Documents;
using Doorward.Cli.Output;
using Doorward.Core.Applications;
using Doorward.Core.Policies;

namespace Doorward.Cli.Commands;

/// <summary>
/// `policy check`: what a publication would say. Policies are validated right here; what only an installation knows (which groups
/// and applications there are, which paths are opaque) is asked of it, when one runs.
/// </summary>
internal static class PolicyCheckCommand
{
    private const int MostShown = 20;

    private static readonly Argument<string> File = new("file")
    {
        Description = "YAML file or folder with policies, a .cedar file with one, or - for YAML on stdin",
        HelpName = "FILE",
    };

    public static Command Create() =>
        new Command("check", "Check policies as a publication would, without publishing; needs no installation") { File }.Returns(RunAsync);

    private static async Task<int> RunAsync(Invocation invocation, CancellationToken cancel)
    {
        var documents = Read(invocation.Value(File));
        var (answer, isWhole) = (CheckHere(documents), false);
        if (answer["errors"] is JsonArray { Count: 0 })
        {
            try
            {
                using var client = invocation.Connect();
                var body = new JsonObject { ["documents"] = new JsonArray([.. documents.Where(IsNamed).Select(ApplyCommand.Sent)]) };
                (answer, isWhole) = ((await client.PostAsync("policies/check", body, cancel)).AsObject(), true);
            }
            catch (CommandFailure failure) when (failure.NothingRuns)
            {
                await invocation.Error.WriteLineAsync("note: no installation runs here, so only the policies themselves were checked, not what they name");
            }
        }

        var errors = answer["errors"] as JsonArray ?? [];
        foreach (var failure in DocumentPlaces.Failures(documents, errors).Take(MostShown)) await invocation.Error.WriteLineAsync(failure.Line);
        if (errors.Count > MostShown) await invocation.Error.WriteLineAsync($"and {errors.Count - MostShown} more");
        DocumentPlaces.WriteWarnings(invocation.Error, documents, answer);
        if (errors.Count == 0 || invocation.Format != OutputFormat.Table)
        {
            invocation.Report($"{Counted.Of(documents.Count, "document")} checked", new JsonObject
            {
                ["documents"] = documents.Count,
                ["whole"] = isWhole,
                ["errors"] = errors.DeepClone(),
                ["warnings"] = answer["warnings"]?.DeepClone() ?? new JsonArray(),
            });
        }

        return errors.Count == 0 ? CommandLine.Done : CommandLine.Failed;
    }

    // A policy by itself is a document like any other, named as its file.
    private static IReadOnlyList<Document> Read(string path)
    {
        if (!path.EndsWith(".cedar", StringComparison.OrdinalIgnoreCase)) return DocumentReader.ReadAll(path);
        var start = new Place(TextFile.NameOf(path), 1, 1);
        var json = new JsonObject
        {
            ["kind"] = "Policy",
            ["name"] = Path.GetFileNameWithoutExtension(path),
            ["spec"] = new JsonObject { ["cedar"] = TextFile.Read(path) },
        };
        return [new Document(json, new Dictionary<string, Place> { ["cedar" + Document.TextOf] = start }) { Start = start }];
    }

    // Policies, and what they name: the rest of a folder says nothing about them, and its secrets stay here.
    private static bool IsNamed(Document document) => document.Json["kind"]?.ToString() is not { } kind
        || !kind.Equals("OidcClient", StringComparison.OrdinalIgnoreCase) && !kind.Equals("IdentityProvider", StringComparison.OrdinalIgnoreCase);

    private static JsonObject CheckHere(IReadOnlyList<Document> documents)
    {
        var (errors, warnings) = (new JsonArray(), new JsonArray());
        foreach (var document in documents)
        {
            if (!string.Equals(document.Json["kind"]?.ToString(), "Policy", StringComparison.OrdinalIgnoreCase)) continue;
            if (document.Json["spec"]?["cedar"] is not JsonValue cedar) continue;
            var check = PolicyCheck.Of(document.Json["name"]!.ToString(), cedar.ToString());
            foreach (var error in check.Errors) errors.Add(Describe(document, error));
            foreach (var warning in check.Warnings) warnings.Add(Describe(document, warning));
        }

        return new JsonObject { ["errors"] = errors, ["warnings"] = warnings };
    }

    private static JsonObject Describe(Document document, PolicyNote note)
    {
        var json = new JsonObject
        {
            ["kind"] = "Policy",
            ["name"] = document.Json["name"]!.ToString(),
            ["source"] = document.Start.ToString(),
            ["field"] = "cedar",
            ["message"] = note.Message,
            ["line"] = (long)note.Location.Line,
            ["column"] = (long)note.Location.Column,
        };
        if (note.Hint is { } hint) json["fix"] = hint;
        if (note.Expected is { } expected) json["expected"] = expected;
        return json;
    }
}
