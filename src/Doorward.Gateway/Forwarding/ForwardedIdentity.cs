using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Doorward.Gateway.Forwarding;

/// <summary>Who asks, as the upstream is told: made once per session, application and evidence revision, and set on every request.</summary>
internal sealed record ForwardedIdentity
{
    /// <summary>Where the control plane reads <see cref="ClientCertificate"/>.</summary>
    public const string CertificateHeader = "Client-Cert";

    /// <summary>Nobody: no header of ours is sent.</summary>
    public static ForwardedIdentity Anonymous { get; } = new();

    /// <summary>The signed JWT.</summary>
    public string? Assertion { get; private init; }

    public string? User { get; private init; }

    public string? Email { get; private init; }

    public string? Groups { get; private init; }

    /// <summary>The certificate that a device showed in the handshake, as in RFC 9440 section 2.2; for the control plane alone.</summary>
    public string? ClientCertificate { get; private init; }

    /// <summary>What kind of client asks, by its handshake; for the sign-in host alone.</summary>
    public string? Client { get; private init; }

    /// <summary>Whether <c>Authorization</c> held a Doorward token, which must not travel on.</summary>
    public bool ConsumedAuthorization { get; init; }

    /// <summary>Names and groups may hold any character: bytes outside visible ASCII, and <c>%</c> and <c>,</c>, are percent-encoded.</summary>
    public static ForwardedIdentity Of(string assertion, string user, string? email, IEnumerable<string> groups) => new()
    {
        Assertion = assertion,
        User = Encode(user),
        Email = string.IsNullOrEmpty(email) ? null : Encode(email),
        Groups = string.Join(',', groups.Select(Encode)),
    };

    public static ForwardedIdentity OfDevice(X509Certificate2 certificate) => new() { ClientCertificate = $":{Convert.ToBase64String(certificate.RawDataMemory.Span)}:" };

    public static ForwardedIdentity OfClient(string? client) => string.IsNullOrEmpty(client) ? Anonymous : new() { Client = client };

    internal static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            if (value is > 0x20 and < 0x7F and not (byte)'%' and not (byte)',') encoded.Append((char)value);
            else encoded.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }

        return encoded.ToString();
    }
}
