using System.Net;

namespace Doorward.Core.Applications;

/// <summary>What the address of an upstream may look like.</summary>
public static class UpstreamRules
{
    private const string Example = "write it as http://host:port or https://host:port";

    /// <summary>The address behind a text, or what is wrong with it.</summary>
    public static Uri? Read(string text, string field, ICollection<RuleViolation> violations)
    {
        var violation = Refuse(text, field, out var address);
        if (violation is null) return address;
        violations.Add(violation);
        return null;
    }

    /// <summary>Checks an address against the product's own ports and the addresses that only an operator may open.</summary>
    public static void CheckTarget(Uri address, string field, bool allowSpecial, IReadOnlySet<int> ownPorts, ICollection<RuleViolation> violations)
    {
        var host = address.IdnHost.Trim('[', ']');
        if (!allowSpecial && IsSpecial(host))
        {
            violations.Add(new(field, $"{address.Authority} is a link-local, metadata or unspecified address",
                "choose the application's own address, or set allowSpecialAddresses: true if it really lives there"));
        }

        if (ownPorts.Contains(address.Port) && IsThisMachine(host))
        {
            violations.Add(new(field, $"{address.Authority} is the control plane's own port", "choose the application's own address"));
        }
    }

    /// <summary>Whether a host, as a name or an address without brackets, is link-local, metadata or unspecified.</summary>
    public static bool IsSpecial(string host) =>
        SpecialAddresses.IsMetadataName(host) || (IPAddress.TryParse(host, out var literal) && SpecialAddresses.Describe(literal) is not null);

    /// <summary>Whether a host is the machine that dials it.</summary>
    public static bool IsThisMachine(string host) => IPAddress.TryParse(host, out var literal)
        ? IPAddress.IsLoopback(SpecialAddresses.Unwrap(literal))
        : host.ToLowerInvariant() is "localhost" or "loopback" || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    private static RuleViolation? Refuse(string text, string field, out Uri? address)
    {
        address = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)) return new(field, $"'{Shown.Text(text)}' is not an absolute URL", Example);
        if (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
            return new(field, $"the scheme '{Shown.Text(uri.Scheme)}' is not http or https", Example);
        if (uri.UserInfo.Length > 0) return new(field, "the URL carries credentials", "leave out what stands before the @");
        if (uri.AbsolutePath != "/" || uri.Query.Length > 0 || uri.Fragment.Length > 0)
            return new(field, "the URL has a path, query or fragment", "leave out everything behind the port; paths are forwarded as they come");
        if (uri.Host.Length == 0 || uri.Port == 0) return new(field, "the URL has no host or port 0", Example);
        address = new UriBuilder(uri.Scheme, uri.IdnHost.Trim('[', ']'), uri.Port).Uri;
        return null;
    }
}
