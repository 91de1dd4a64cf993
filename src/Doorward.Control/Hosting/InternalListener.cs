using System.Security.Authentication;
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
            listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                SslProtocols = SslProtocols.Tls13,
                ServerCertificateSelector = (_, _) => own.Current(),

                // A gateway that joins has no certificate yet; one that is shown must be of our root.
                ClientCertificateMode = ClientCertificateMode.AllowCertificate,
                ClientCertificateValidation = (certificate, _, _) => ca.Signed(certificate),
            });
        });

        // A socket file that a killed process left behind: we hold the directory, so nobody listens on it.
        File.Delete(data.Socket);
        kestrel.ListenUnixSocket(data.Socket, listen => listen.Protocols = HttpProtocols.Http1);
    }
}
