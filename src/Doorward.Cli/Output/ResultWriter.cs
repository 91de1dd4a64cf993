using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Doorward.Cli.Output;

/// <summary>Writes a result to stdout in the form that was asked for.</summary>
internal static class ResultWriter
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        // What a terminal must not see is escaped below; the rest reads better as it is.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(TextWriter output, OutputFormat format, JsonNode result, IReadOnlyList<Column> columns)
    {
        switch (format)
        {
            case OutputFormat.Json:
                output.WriteLine(Printable.Lines(result.ToJsonString(Indented)));
                break;
            case OutputFormat.Yaml:
            case OutputFormat.Table when columns.Count == 0: // a tree, for which there is no table
                YamlWriter.Write(output, result);
                break;
            case OutputFormat.Table:
            default:
                WriteTable(output, Items(result), columns);
                break;
        }
    }

    /// <summary>The items of a list answer, or the one thing that the answer is.</summary>
    public static IReadOnlyList<JsonNode> Items(JsonNode result) => result switch
    {
        JsonArray list => [.. list.OfType<JsonNode>()],
        JsonObject { } map when map["items"] is JsonArray list => [.. list.OfType<JsonNode>()],
        _ => [result],
    };

    private static void WriteTable(TextWriter output, IReadOnlyList<JsonNode> items, IReadOnlyList<Column> columns)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(column.Heading).NoWrap().PadLeft(0).PadRight(2));
        }

        foreach (var item in items)
        {
            table.AddRow([.. columns.Select(column => new Text(Printable.OneLine(column.Of(item))))]);
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = AnsiSupport.No,
            Interactive = InteractionSupport.No,
        });
        // A row is a line for grep and awk, however wide: the terminal wraps it if it must.
        console.Profile.Width = 4096;
        var text = new StringWriter();
        console.Profile.Out = new AnsiConsoleOutput(text);
        console.Write(table);
        foreach (var line in text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            output.WriteLine(line.TrimEnd());
        }
    }
}
