namespace Doorward.Agent.Tunnels;

/// <summary>
/// Which application a name asked of the proxy stands for: <c>db</c>, or <c>db.DOMAIN</c>. Nothing is ever looked up: an address, or a name
/// elsewhere, stands for none, whatever it may resolve to.
/// </summary>
internal sealed class ProxyNames(string domain)
{
    private const int LongestLabel = 63;

    /// <summary>Null when it is no application's.</summary>
    public string? ApplicationOf(string host)
    {
        var name = host.ToLowerInvariant();
        if (name.EndsWith($".{domain}", StringComparison.Ordinal)) name = name[..^(domain.Length + 1)];
        return name.Length is > 0 and <= LongestLabel && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_') && name[0] is not ('-' or '_') && !name.All(char.IsAsciiDigit)
            ? name
            : null;
    }
}
