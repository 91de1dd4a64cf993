using System.Globalization;
using System.Text.Json.Nodes;

namespace Doorward.Cli.Documents;

/// <summary>What an unquoted YAML scalar means. YAML 1.2 section 10.3.2: no `yes`, no `010`, so a name stays a name.</summary>
internal static class PlainScalar
{
    public static JsonNode? Read(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => JsonValue.Create(true),
        "false" or "False" or "FALSE" => JsonValue.Create(false),
        _ when LooksNumeric(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            => JsonValue.Create(whole),
        _ when LooksNumeric(text) && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };

    // 007 keeps its zeros: what starts with one is text (a phone number, a code), unless it is 0 or 0.5.
    private static bool LooksNumeric(string text)
    {
        var digits = text.AsSpan().TrimStart("+-");
        return digits.Length > 0 && char.IsAsciiDigit(digits[0]) && (digits[0] != '0' || digits.Length == 1 || digits[1] == '.');
    }
}
