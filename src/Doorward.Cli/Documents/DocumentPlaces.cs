using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Doorward.Cli.Documents;

/// <summary>Finds where in the files something stands that the server names by kind, name and field.</summary>
internal static partial class DocumentPlaces
{
    public static string? Of(IReadOnlyList<Document> documents, JsonObject? error)
    {
        if (error is null || Named(documents, error) is not { } document)
        {
            return Text(error, "source");
        }

        var field = FieldWithin(Text(error, "field") ?? "");
        // Line and column of a policy's error are counted in its text.
        if (Number(error, "line") is { } line && document.Places.TryGetValue(field + Document.TextOf, out var text))
        {
            return (text with { Line = text.Line + line - 1, Column = text.Column + (Number(error, "column") ?? 1) - 1 }).ToString();
        }

        return document.Find(field).ToString();
    }

    /// <summary>What is wrong, with the field it is wrong with.</summary>
    public static string Describe(JsonObject? error, string otherwise)
    {
        var message = (Text(error, "message") ?? Text(error, "detail") ?? otherwise).TrimEnd('.');
        var field = FieldWithin(Text(error, "field") ?? "");
        return field.Length == 0 ? message : $"{field}: {message}";
    }

    /// <summary>The errors of an answer, one failure each, in the order that the server gave them.</summary>
    public static IEnumerable<CommandFailure> Failures(IReadOnlyList<Document> documents, JsonArray errors) => errors.OfType<JsonObject>().Select(error =>
        new CommandFailure(Describe(error, "it is not valid"), Text(error, "fix"), Of(documents, error) ?? ResourceOf(error)));

    /// <summary>One line a warning: where, what, and what would help.</summary>
    public static void WriteWarnings(TextWriter writer, IReadOnlyList<Document> documents, JsonNode result)
    {
        foreach (var warning in (result["warnings"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var place = (Of(documents, warning) ?? ResourceOf(warning)) is { } where ? where + ": " : "";
            var fix = Text(warning, "fix") is { } help ? " " + help : "";
            writer.WriteLine(Output.Printable.OneLine($"warning: {place}{Text(warning, "message")}{fix}"));
        }
    }

    // What no file has, as what is pruned, is told by its kind and name.
    private static string? ResourceOf(JsonObject? error) => Text(error, "kind") is { } kind && Text(error, "name") is { } name ? $"{kind} {name}" : null;

    private static Document? Named(IReadOnlyList<Document> documents, JsonObject error)
    {
        if (Indexed().Match(Text(error, "field") ?? "") is { Success: true } match
            && int.TryParse(match.Groups[1].ValueSpan, out var index) && index < documents.Count)
        {
            return documents[index];
        }

        var source = Text(error, "source");
        return documents.FirstOrDefault(document => document.Start.ToString() == source) ?? documents.FirstOrDefault(document =>
            string.Equals(Text(document.Json, "kind"), Text(error, "kind"), StringComparison.OrdinalIgnoreCase)
            && Text(document.Json, "name") == Text(error, "name"));
    }

    // documents[2].spec.hosts[0] is the field hosts[0] of the third document.
    private static string FieldWithin(string field)
    {
        field = Indexed().Replace(field, "");
        return field.StartsWith("spec.", StringComparison.Ordinal) ? field["spec.".Length..] : field;
    }

    private static string? Text(JsonObject? from, string member) => Connection.Problem.Text(from, member);

    private static long? Number(JsonObject from, string member) =>
        from[member] is JsonValue value && value.TryGetValue(out long number) ? number : null;

    [GeneratedRegex(@"^documents\[(\d{1,6})\]\.?")]
    private static partial Regex Indexed();
}
