using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Doorward.Control.Certificates;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Hosting;

/// <summary>The two ways in: mutual TLS for gateways, and the socket in the data directory.</summary>
internal static class InternalListener
{
    public static void Listen(KestrelServerOptions kestrel, ControlOptions options, DataDirectory data)
    {
        var services = kestrel.ApplicationServices;
        var ca = services.GetRequiredService<ComponentCa>();
        var own = services.GetRequiredService<ControlPlaneCertificate>();
        kestrel.AddServerHeader = false;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(10);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
        kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
        kestrel.Listen(options.Listen, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(Tls(own, ca)) });
        });

        // A socket file that a killed process left behind: we hold the directory, so nobody listens on it.
        File.Delete(data.Socket);
        kestrel.ListenUnixSocket(data.Socket, listen => listen.Protocols = HttpProtocols.Http1);
    }

    private static SslServerAuthenticationOptions Tls(ControlPlaneCertificate own, ComponentCa ca) => new()
    {
        EnabledSslProtocols = SslProtocols.Tls13,
        ServerCertificateContext = own.Current(),

        // Asked for, not required: a gateway that joins has none yet. One that is shown must be of our root.
        ClientCertificateRequired = true,
        RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is null || (certificate is X509Certificate2 shown && ca.Signed(shown)),
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
    };
}
