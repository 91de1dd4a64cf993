using System.Net;
using System.Text.RegularExpressions;

namespace Doorward.Testing.Product;

/// <summary>One form of a page: its action and the fields a browser would send.</summary>
public sealed partial class HtmlForm
{
    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);

    public required string Action { get; init; }

    public IReadOnlyDictionary<string, string> Fields => _fields;

    /// <summary>The first form that asks for a user name, a password or a code.</summary>
    public static HtmlForm? FindSignIn(string html) =>
        All(html).FirstOrDefault(form => form._fields.ContainsKey("username") || form._fields.ContainsKey("password") || form._fields.ContainsKey("code"));

    public static IEnumerable<HtmlForm> All(string html) => Forms().Matches(html).Select(match =>
    {
        var form = new HtmlForm { Action = Attribute(match.Groups[1].Value, "action") ?? "" };
        foreach (Match input in Inputs().Matches(match.Groups[2].Value))
        {
            var isButton = input.Groups[1].Value.Equals("button", StringComparison.OrdinalIgnoreCase);
            var value = Attribute(input.Groups[2].Value, "value");
            if (Attribute(input.Groups[2].Value, "name") is { } name && !(isButton && value is null))
                form._fields.TryAdd(name, value ?? "");
        }

        return form;
    });

    /// <summary>Sets a field if the form has it.</summary>
    public void Fill(string name, string value)
    {
        if (_fields.ContainsKey(name))
            _fields[name] = value;
    }

    private static string? Attribute(string tag, string name)
    {
        var match = Regex.Match(tag, $@"(?<![\w-]){name}\s*=\s*(?:""([^""]*)""|'([^']*)')", RegexOptions.IgnoreCase);
        return match.Success ? WebUtility.HtmlDecode(match.Groups[1].Value + match.Groups[2].Value) : null;
    }

    [GeneratedRegex(@"<form([^>]*)>(.*?)</form>", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex Forms();

    [GeneratedRegex(@"<(input|button)([^>]*)>", RegexOptions.IgnoreCase)]
    private static partial Regex Inputs();
}
