using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Doorward.Gateway.Tls;

/// <summary>Where certificates come from, by lower-case host.</summary>
internal interface IHostCertificates
{
    /// <summary>
    /// Whether it is known that no door is or was under this name, and no name at all; false as long as no door is known.
    /// </summary>
    bool IsStranger(string host);

    /// <summary>The host's certificate, from memory when it can be; null when there is none to be had.</summary>
    ValueTask<SslStreamCertificateContext?> FindAsync(string host, CancellationToken cancellationToken);
}

/// <summary>
/// One certificate per host, chosen by SNI. A handshake that names no host, or none of ours, ends with the
/// <see cref="StrangerCertificate"/>, and every request on it with a page that says so. A host of ours that has no certificate fails:
/// nobody is to learn to click a warning away in front of a door.
/// </summary>
internal sealed class TlsHandshake(IHostCertificates certificates, SslStreamCertificateContext stranger, TlsPolicy policy)
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    // The options hang on the certificate they serve: a replaced certificate takes its options with it. Kept, because TLS sessions
    // are resumed only within one set of options.
    private readonly ConditionalWeakTable<SslStreamCertificateContext, SslServerAuthenticationOptions> _options = [];

    public TlsHandshakeCallbackOptions ToKestrel() => new() { OnConnection = OnConnectionAsync, HandshakeTimeout = Timeout };

    private ValueTask<SslServerAuthenticationOptions> OnConnectionAsync(TlsHandshakeCallbackContext context)
    {
        var host = context.ClientHelloInfo.ServerName.ToLowerInvariant();
        return certificates.IsStranger(host) ? new(Receive(context.Connection)) : ServeAsync(host, context.CancellationToken);
    }

    private SslServerAuthenticationOptions Receive(BaseConnectionContext connection)
    {
        connection.Features.Set(StrangerHandshake.Instance);
        return OptionsFor(stranger, asksForCertificate: false);
    }

    private async ValueTask<SslServerAuthenticationOptions> ServeAsync(string host, CancellationToken cancellationToken)
    {
        var certificate = await certificates.FindAsync(host, cancellationToken) ?? throw new AuthenticationException("There is no certificate for the host.");
        return OptionsFor(certificate, asksForCertificate: host == policy.ClientCertificateHost);
    }

    private SslServerAuthenticationOptions OptionsFor(SslStreamCertificateContext certificate, bool asksForCertificate) =>
        _options.GetValue(certificate, served => policy.ToOptions(served, asksForCertificate));
}
