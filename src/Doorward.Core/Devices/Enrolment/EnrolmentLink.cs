using System.Diagnostics.CodeAnalysis;

namespace Doorward.Core.Devices.Enrolment;

/// <summary>
/// A one-time link for one machine: <c>https://auth.DOMAIN[:PORT]/device/enroll#SECRET</c>. The secret is the fragment, which no
/// browser sends and no log of a server holds.
/// </summary>
public sealed record EnrolmentLink(Uri Origin, EnrolmentSecret Secret)
{
    public static bool TryParse(string text, [NotNullWhen(true)] out EnrolmentLink? link)
    {
        link = null;
        if (!Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps || uri.UserInfo.Length > 0
            || uri.AbsolutePath != DevicePaths.Enrolment || uri.Query.Length > 0 || uri.Fragment.Length == 0
            || !EnrolmentSecret.TryParse(uri.Fragment[1..], out var secret))
            return false;
        link = new EnrolmentLink(new Uri(uri.GetLeftPart(UriPartial.Authority)), secret);
        return true;
    }

    /// <summary>The link as somebody is given it.</summary>
    public string ToText() => $"{Origin.GetLeftPart(UriPartial.Authority)}{DevicePaths.Enrolment}#{Secret.ToText()}";

    public override string ToString() => nameof(EnrolmentLink);
}
