using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Doorward.Gateway.Tls;

/// <summary>The certificate of a lower-case host, from memory when it can be; null when the host is none of ours.</summary>
internal delegate ValueTask<SslStreamCertificateContext?> HostCertificate(string host, CancellationToken cancellationToken);

/// <summary>
/// One certificate per host, chosen by SNI. A handshake that names no host, or one that we do not serve, fails: answering with
/// some certificate would open a connection whose host nobody has checked.
/// </summary>
internal sealed class TlsHandshake(HostCertificate certificates, TlsPolicy policy)
{
    // The options hang on the certificate they serve: a replaced certificate takes its options with it. Kept, because TLS sessions
    // are resumed only within one set of options.
    private readonly ConditionalWeakTable<SslStreamCertificateContext, SslServerAuthenticationOptions> _options = [];

    public TlsHandshakeCallbackOptions ToKestrel() => new() { OnConnection = OnConnectionAsync, HandshakeTimeout = TimeSpan.FromSeconds(10) };

    private async ValueTask<SslServerAuthenticationOptions> OnConnectionAsync(TlsHandshakeCallbackContext context)
    {
        var host = context.ClientHelloInfo.ServerName.ToLowerInvariant();
        if (host.Length == 0) throw new AuthenticationException("The client named no server.");
        var certificate = await certificates(host, context.CancellationToken)
            ?? throw new AuthenticationException("The client named a server that has no door here.");
        return _options.GetValue(certificate, served => policy.ToOptions(served, asksForCertificate: host == policy.ClientCertificateHost));
    }
}
