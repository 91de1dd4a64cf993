using System.Diagnostics.CodeAnalysis;
using Doorward.Core.Devices.Enrolment;

namespace Doorward.Core.Tunnels.Joining;

/// <summary>
/// A one-time link for one replica of a connector: <c>https://auth.DOMAIN[:PORT]/connector/join#SECRET</c>. The secret is the fragment,
/// which no browser sends and no log of a server holds; it names both roots, as a device's does.
/// </summary>
public sealed record ConnectorLink(Uri Origin, EnrolmentSecret Secret)
{
    public static bool TryParse(string text, [NotNullWhen(true)] out ConnectorLink? link)
    {
        link = null;
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps || uri.UserInfo.Length > 0
            || uri.AbsolutePath != TunnelPaths.Join || uri.Query.Length > 0 || uri.Fragment.Length == 0
            || !EnrolmentSecret.TryParse(uri.Fragment[1..], out var secret))
            return false;
        link = new ConnectorLink(new Uri(uri.GetLeftPart(UriPartial.Authority)), secret);
        return true;
    }

    /// <summary>The link as somebody is given it.</summary>
    public string ToText() => $"{Origin.GetLeftPart(UriPartial.Authority)}{TunnelPaths.Join}#{Secret.ToText()}";

    public override string ToString() => nameof(ConnectorLink);
}
