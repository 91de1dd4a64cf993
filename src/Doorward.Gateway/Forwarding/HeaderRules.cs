using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Doorward.Gateway.Forwarding;

/// <summary>Which header names pass: the table and the operator's own names, compiled.</summary>
internal sealed class HeaderRules
{
    /// <summary>Names of our cookies begin so.</summary>
    public const string CookiePrefix = "__Host-doorward";

    // Underscores and dots become something else on the way into CGI-like environments: X_Forwarded_For is X-Forwarded-For there.
    private static readonly SearchValues<char> s_nameBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");

    private readonly FrozenSet<string> _names;
    private readonly string[]?[] _prefixesByFirst;

    private HeaderRules(FrozenSet<string> names, string[]?[] prefixesByFirst)
    {
        _names = names;
        _prefixesByFirst = prefixesByFirst;
    }

    /// <summary>The table's rows and <paramref name="owned"/>, in which <c>*</c> at the end stands for the rest of a name.</summary>
    public static HeaderRules Create(ImmutableArray<string> owned)
    {
        ImmutableArray<OwnedHeader> rows = [.. OwnedHeaderTable.Rows, .. owned.Select(name => new OwnedHeader(name, "configured"))];
        var prefixes = new string[]?[128];
        foreach (var group in rows.Where(row => row.IsPrefix && row.Match.Length > 0).GroupBy(row => char.ToLowerInvariant(row.Match[0])))
        {
            prefixes[group.Key & 0x7F] = [.. group.Select(row => row.Match)];
        }

        return new(rows.Where(row => !row.IsPrefix).Select(row => row.Name).ToFrozenSet(StringComparer.OrdinalIgnoreCase), prefixes);
    }

    /// <summary>Whether a client's header may go to an upstream.</summary>
    public bool Passes(string name)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(s_nameBytes) || _names.Contains(name)) return false;
        if (_prefixesByFirst[char.ToLowerInvariant(name[0]) & 0x7F] is not { } prefixes) return true;
        foreach (var prefix in prefixes)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) return false;
        }

        return true;
    }
}
