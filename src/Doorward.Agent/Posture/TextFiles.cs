namespace Doorward.Agent.Posture;

/// <summary>The few formats that settings of systems come in.</summary>
internal static class TextFiles
{
    /// <summary>Lines with something on them, without comments (<c>#</c>, <c>;</c>, <c>//</c> at their beginning).</summary>
    public static IEnumerable<string> Lines(string? text) =>
        (text ?? "").Split('\n').Select(static line => line.Trim())
            .Where(static line => line.Length > 0 && line[0] is not ('#' or ';') && !line.StartsWith("//", StringComparison.Ordinal));

    /// <summary><c>NAME=value</c> or <c>NAME="value"</c>, the last one of each name.</summary>
    public static Dictionary<string, string> Assignments(string? text)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Lines(text))
        {
            if (line.IndexOf('=', StringComparison.Ordinal) is > 0 and var at) found[line[..at].Trim()] = line[(at + 1)..].Trim().Trim('"', '\'');
        }

        return found;
    }

    /// <summary>The same below <c>[section]</c>, as <c>section/name</c>.</summary>
    public static Dictionary<string, string> Sections(string? text)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var section = "";
        foreach (var line in Lines(text))
        {
            if (line is ['[', .. var name, ']']) section = name;
            else if (line.IndexOf('=', StringComparison.Ordinal) is > 0 and var at) found[$"{section}/{line[..at].Trim()}"] = line[(at + 1)..].Trim().Trim('"', '\'');
        }

        return found;
    }

    /// <summary>Whole numbers with dots between, part by part; null when one of them is something else.</summary>
    public static int? CompareVersions(string left, string right)
    {
        if (!Parts(left, out var one) || !Parts(right, out var other)) return null;
        for (var index = 0; index < Math.Max(one.Length, other.Length); index++)
        {
            var order = one.ElementAtOrDefault(index).CompareTo(other.ElementAtOrDefault(index));
            if (order != 0) return order;
        }

        return 0;
    }

    private static bool Parts(string version, out uint[] parts)
    {
        var texts = version.Split('.');
        parts = new uint[texts.Length];
        for (var index = 0; index < texts.Length; index++)
        {
            if (!uint.TryParse(texts[index], System.Globalization.NumberStyles.None, null, out parts[index])) return false;
        }

        return true;
    }
}
