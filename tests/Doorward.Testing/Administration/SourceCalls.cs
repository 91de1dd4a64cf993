using System.Text;
using System.Text.RegularExpressions;

namespace Doorward.Testing.Administration;

/// <summary>A call of the admin API as it stands in the source.</summary>
/// <param name="Target">What it calls, as written there.</param>
/// <param name="Path">The path in it, with <c>{}</c> for what is put in; null when none stands there.</param>
public sealed record SourceCall(string File, string Method, string Target, string? Path);

/// <summary>Finds the calls of the admin API in sources of the console and the command line.</summary>
public static partial class SourceCalls
{
    public static IReadOnlyList<SourceCall> Of(string folder) =>
    [
        .. Checkout.Files("*.cs").Concat(Checkout.Files("*.razor")).Where(file => file.StartsWith(folder, StringComparison.Ordinal))
            .SelectMany(static file => In(file, Checkout.Read(file))),
    ];

    private static IEnumerable<SourceCall> In(string file, string text)
    {
        foreach (Match call in Call().Matches(text))
        {
            var target = Argument(text, call.Index + call.Length);
            yield return new SourceCall(file, MethodOf(call.Groups[1].Value, target), target, PathIn(target));
        }

        var lists = Listed().Matches(text);
        if (lists.Count != Lists().Count(text)) yield return new SourceCall(file, "GET", "a list whose Path is not the first to be read in its tag", null);
        foreach (Match list in lists)
        {
            var plain = list.Groups["plain"] is { Success: true } literal ? $"\"{literal.Value}\"" : "";
            var target = list.Groups["expression"].Value + list.Groups["name"].Value + plain;
            yield return new SourceCall(file, "GET", target, PathIn(target));
        }
    }

    private static string MethodOf(string word, string target) => word switch
    {
        "List" => "GET",
        "AskAll" => "POST",
        "Open" => target.Contains("HttpMethod.Post", StringComparison.Ordinal) ? "POST" : "GET",
        _ => word.ToUpperInvariant(),
    };

    // Up to the comma or bracket that ends it.
    private static string Argument(string text, int start)
    {
        var (depth, quoted) = (0, false);
        for (var i = start; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '"' && depth >= 0 && !InHole(text, start, i)) quoted = !quoted;
            if (quoted) continue;
            if (c is '(' or '[' or '{') depth++;
            if (c is ')' or ']' or '}') depth--;
            if (depth < 0 || (depth == 0 && c == ',')) return text[start..i].Trim();
        }

        return "";
    }

    private static bool InHole(string text, int start, int at)
    {
        var holes = 0;
        for (var i = start; i < at; i++) holes += text[i] switch { '{' => 1, '}' => -1, _ => 0 };
        return holes > 0;
    }

    private static string? PathIn(string target)
    {
        var start = target.IndexOf('"', StringComparison.Ordinal) + 1;
        if (start == 0) return null;
        var (path, holes) = (new StringBuilder(), 0);
        for (var i = start; i < target.Length; i++)
        {
            var c = target[i];
            if (c == '{' && holes++ == 0) path.Append("{}");
            else if (c == '}') holes--;
            else if (holes == 0 && c is '"' or '?') break;
            else if (holes == 0) path.Append(c);
        }

        return path.ToString();
    }

    [GeneratedRegex(@"\b(?:[aA]pi|client)\s*\.(Get|Post|Put|Delete|List|Open|AskAll)Async(?:<(?:[^<>()]|<[^<>()]*>)*>)?\(\s*")]
    private static partial Regex Call();

    [GeneratedRegex(@"<(?:ListTable|GrantTable)\b")]
    private static partial Regex Lists();

    [GeneratedRegex("""<(?:ListTable|GrantTable)\b[^>]*?\sPath="@(?:\((?<expression>.+?)\)"(?=\s|>)|(?<name>\w+)")|<(?:ListTable|GrantTable)\b[^>]*?\sPath="(?<plain>[a-z][a-z/-]*)" """)]
    private static partial Regex Listed();
}
