using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Doorward.Core.Applications;

namespace Doorward.Console.Documents;

/// <summary>A resource as the YAML that <c>apply</c> takes. Whatever might read back as something else is quoted.</summary>
internal static partial class DocumentYaml
{
    private static readonly JsonSerializerOptions Quoted = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(string kind, string name, JsonObject spec)
    {
        var text = new StringBuilder().Append("kind: ").Append(kind).Append("\nname: ").Append(Scalar(name)).Append('\n');
        WriteFields(text, spec, 0);
        return text.ToString();
    }

    private static void WriteFields(StringBuilder text, JsonObject fields, int depth)
    {
        foreach (var (name, value) in fields)
        {
            text.Append(' ', depth).Append(Scalar(name)).Append(':');
            WriteValue(text, value, depth + 2);
        }
    }

    // What stands behind a colon or dash, to the end of its last line.
    private static void WriteValue(StringBuilder text, JsonNode? value, int depth)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } fields:
                text.Append('\n');
                WriteFields(text, fields, depth);
                break;
            case JsonArray { Count: > 0 } items when items.Any(static item => item is JsonObject or JsonArray):
                text.Append('\n');
                foreach (var item in items)
                {
                    text.Append(' ', depth).Append('-');
                    WriteValue(text, item, depth + 2);
                }

                break;
            case JsonArray items:
                text.Append(" [").AppendJoin(", ", items.Select(static item => Scalar(item))).Append("]\n");
                break;
            default:
                WriteScalar(text, value, depth);
                break;
        }
    }

    private static void WriteScalar(StringBuilder text, JsonNode? value, int depth)
    {
        if (value?.GetValueKind() != JsonValueKind.String || value.GetValue<string>() is not { } lines || !IsBlock(lines))
        {
            text.Append(' ').Append(value is JsonObject ? "{}" : Scalar(value)).Append('\n');
            return;
        }

        text.Append(lines.EndsWith('\n') ? " |\n" : " |-\n");
        foreach (var line in (lines.EndsWith('\n') ? lines[..^1] : lines).Split('\n'))
            text.Append(' ', line.Length == 0 ? 0 : depth).Append(line).Append('\n');
    }

    // Lines stay lines, and quotes as they are, where nothing in them is hidden and the first says how deep they lie.
    private static bool IsBlock(string text) => text.AsSpan().ContainsAny('\n', '"') && text[0] is not (' ' or '\n') && !text.EndsWith("\n\n", StringComparison.Ordinal)
        && text.All(static c => c == '\n' || !Shown.IsHidden(c));

    private static string Scalar(JsonNode? value) => value is null ? "null" : value.GetValueKind() == JsonValueKind.String ? Scalar(value.GetValue<string>()) : value.ToJsonString();

    private static string Scalar(string text)
    {
        if (Plain().IsMatch(text) && !Word().IsMatch(text)) return text;
        var quoted = new StringBuilder();
        foreach (var c in JsonSerializer.Serialize(text, Quoted))
            _ = Shown.IsHidden(c) && !char.IsSurrogate(c) ? quoted.Append($"\\u{(int)c:x4}") : quoted.Append(c);
        return quoted.ToString();
    }

    [GeneratedRegex(@"^[A-Za-z/][A-Za-z0-9_./@-]*(:[A-Za-z0-9_./@-]+)*\z")]
    private static partial Regex Plain();

    // YAML 1.1 and 1.2 read these as something else than text.
    [GeneratedRegex(@"^(true|false|null|yes|no|on|off|y|n)\z", RegexOptions.IgnoreCase)]
    private static partial Regex Word();
}
