using System.Globalization;

namespace Doorward.Core.Applications;

/// <summary>The one form in which hosts are stored, compared and routed: lower-case A-labels without port and trailing dot.</summary>
public static class HostNames
{
    private const int MaxLength = 253;
    private const int MaxLabelLength = 63;
    private static readonly IdnMapping Idn = new() { AllowUnassigned = false, UseStd3AsciiRules = true };

    /// <summary>Brings a host as people write it into its stored form, or says what is wrong with it. Wildcards are one leading <c>*.</c>.</summary>
    public static bool TryNormalize(string text, out string host, out string problem)
    {
        host = "";
        var wildcard = text.StartsWith("*.", StringComparison.Ordinal);
        var name = wildcard ? text[2..] : text;
        problem = Refuse(name);
        if (problem.Length > 0) return false;
        if (!TryToAscii(name, out var ascii))
        {
            problem = "is not a name that can be written in DNS";
            return false;
        }

        problem = RefuseLabels(ascii, wildcard);
        if (problem.Length > 0) return false;
        host = wildcard ? "*." + ascii : ascii;
        return true;
    }

    public static bool IsWildcard(string host) => host.StartsWith("*.", StringComparison.Ordinal);

    /// <summary>Whether a stored wildcard matches a stored host: one or more labels below it.</summary>
    public static bool Covers(string wildcard, string host) =>
        IsWildcard(wildcard) && host.Length > wildcard.Length - 1 && host.EndsWith(wildcard[1..], StringComparison.Ordinal);

    /// <summary>Whether a stored host, or a stored wildcard, is or covers a host.</summary>
    public static bool Matches(string pattern, string host) => pattern == host || Covers(pattern, host);

    private static string Refuse(string name) => name switch
    {
        "" => "is empty",
        _ when name.Any(static c => Shown.IsHidden(c) && !char.IsSurrogate(c)) => "has characters that do not show",
        _ when name.Contains("://", StringComparison.Ordinal) => "is a URL, not a host",
        _ when name.Contains('*', StringComparison.Ordinal) => "has a * that is not the whole first label",
        _ when name.StartsWith('[') || name.Count(static c => c == ':') > 1 => "is an address; applications are told apart by name",
        _ when name.Contains(':', StringComparison.Ordinal) => "has a port",
        _ when name.EndsWith('.') => "ends with a dot",
        _ when name.Length > MaxLength => "is longer than 253 characters",
        _ => "",
    };

    private static bool TryToAscii(string name, out string ascii)
    {
        ascii = name.ToLowerInvariant();
        if (System.Text.Ascii.IsValid(ascii)) return true;
        try
        {
            ascii = Idn.GetAscii(ascii);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string RefuseLabels(string ascii, bool wildcard)
    {
        if (ascii.Length > MaxLength - (wildcard ? 2 : 0)) return "is longer than 253 characters";
        var labels = ascii.Split('.');
        if (wildcard && labels.Length < 2) return "is a wildcard over a whole top-level domain";
        foreach (var label in labels)
        {
            if (label.Length == 0) return "has an empty label";
            if (label.Length > MaxLabelLength) return "has a label longer than 63 characters";
            if (label[0] == '-' || label[^1] == '-') return "has a label that begins or ends with a hyphen";
            if (!label.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-')) return "has a character that host names cannot have";
        }

        // RFC 1123 section 2.1: a last label of digits reads as an IPv4 address in some parsers and as a name in others.
        return labels[^1].All(char.IsAsciiDigit) ? "is an address; applications are told apart by name" : "";
    }
}
