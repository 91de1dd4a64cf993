using System.Globalization;

namespace Doorward.Agent.Platform.Windows;

/// <summary>A registry that was exported as text (<c>reg export</c>): sections are keys, lines are <c>"name"="text"</c> or <c>"name"=dword:0000001f</c>.</summary>
internal sealed class ExportedRegistry : IRegistry
{
    private const string Machine = @"HKEY_LOCAL_MACHINE\";
    private readonly Dictionary<string, Dictionary<string, string>> _keys = new(StringComparer.OrdinalIgnoreCase);

    public ExportedRegistry(string text)
    {
        Dictionary<string, string>? values = null;
        foreach (var line in text.Split('\n').Select(static line => line.Trim()))
        {
            if (line is ['[', .. var key, ']'])
            {
                values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                if (key.StartsWith(Machine, StringComparison.OrdinalIgnoreCase)) _keys[key[Machine.Length..]] = values;
            }
            else if (values is not null && Value(line) is var (name, value)) values[name] = value;
        }
    }

    public bool HasKey(string key) => _keys.ContainsKey(key);

    public string? Read(string key, string value) => _keys.TryGetValue(key, out var values) ? values.GetValueOrDefault(value) : null;

    private static (string Name, string Value)? Value(string line)
    {
        const string number = "dword:";
        var middle = line.IndexOf("\"=", StringComparison.Ordinal);
        if (middle < 1 || line[0] != '"') return null;
        var (name, value) = (line[1..middle], line[(middle + 2)..]);
        if (value is ['"', .. var text, '"']) return (name, text.Replace(@"\\", @"\", StringComparison.Ordinal));
        return value.StartsWith(number, StringComparison.Ordinal) && uint.TryParse(value[number.Length..], NumberStyles.HexNumber, null, out var parsed)
            ? (name, parsed.ToString())
            : null;
    }
}
