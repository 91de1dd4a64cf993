using System.Globalization;
using System.Text.Json;

namespace Doorward.Control.Devices.Providers;

/// <summary>A place in a JSON document (RFC 6901).</summary>
internal static class JsonPointer
{
    private const int MaxLength = 256;

    /// <summary>Empty for the whole document, else each step behind a slash.</summary>
    public static bool IsValid(string pointer) =>
        pointer.Length <= MaxLength && (pointer.Length == 0 || pointer[0] == '/')
        && !pointer.Replace("~0", "", StringComparison.Ordinal).Replace("~1", "", StringComparison.Ordinal).Contains('~', StringComparison.Ordinal);

    /// <summary>What is there; null when nothing is.</summary>
    public static JsonElement? Find(JsonElement document, string pointer)
    {
        var at = document;
        if (pointer.Length == 0) return at;
        foreach (var step in pointer[1..].Split('/'))
        {
            var name = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            switch (at.ValueKind)
            {
                case JsonValueKind.Object when at.TryGetProperty(name, out var value):
                    at = value;
                    break;
                case JsonValueKind.Array when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < at.GetArrayLength():
                    at = at[index];
                    break;
                default:
                    return null;
            }
        }

        return at;
    }

    /// <summary>A text, number, true or false that is there, as text; null when there is anything else, or half of a character.</summary>
    public static string? Text(JsonElement document, string pointer)
    {
        if (Find(document, pointer) is not { } found) return null;
        try
        {
            return found.ValueKind switch
            {
                JsonValueKind.String => found.GetString(),
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => found.GetRawText(),
                _ => null,
            };
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
