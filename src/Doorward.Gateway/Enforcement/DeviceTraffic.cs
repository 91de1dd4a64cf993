using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Doorward.Core.Identifiers;
using Doorward.Gateway.Connections;
using Doorward.Gateway.Feed;
using Doorward.Gateway.Forwarding;
using Doorward.Gateway.Pages;
using Doorward.Gateway.Routing;
using Doorward.Gateway.Tls;
using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Enforcement;

/// <summary>
/// Hands on what devices ask, with the certificate that they showed in the handshake; a resumed session shows the one of its first. The
/// control plane judges each request: until it has answered one well, a certificate is anybody's, be it of a device that was retired.
/// </summary>
internal sealed class DeviceTraffic(Forwarder forwarder, AnonymousTraffic anonymous, KeylessReporter keyless, GatewayOptions options)
{
    private const int Most = 100_000;
    private readonly ConcurrentDictionary<string, SessionAllowance> _allowances = new(StringComparer.Ordinal);

    public async Task ForwardAsync(HttpContext context, CanonicalRequest request, HeaderRules headers)
    {
        // It goes no further, whatever it says: but who says it has a certificate in words, and means to be taken for its device.
        if (context.Request.Headers.ContainsKey(ForwardedIdentity.CertificateHeader)) keyless.Note(ClientAddress.Of(context), context.Features.Get<ClientHello>() ?? ClientHello.Unknown);
        if (context.Connection.ClientCertificate is not { } certificate || SpiffeId.Of(certificate)?.DeviceId is not { } device)
        {
            await DenialWriter.WriteAsync(context, RefusalPages.NoDevice());
            return;
        }

        Admit(context, device);
        await forwarder.ForwardAsync(context, request, ForwardedIdentity.OfDevice(certificate), headers);
        Learn(context, device);
    }

    private void Admit(HttpContext context, string device)
    {
        if (!_allowances.TryGetValue(device, out var allowance) || !allowance.TryBegin(options.DeviceRequestLimit))
        {
            anonymous.Admit(context);
            return;
        }

        context.Response.OnCompleted(
            static allowance =>
            {
                ((SessionAllowance)allowance).End();
                return Task.CompletedTask;
            },
            allowance);
    }

    // Whom the control plane turns away keeps nothing here.
    private void Learn(HttpContext context, string device)
    {
        if (context.Response.StatusCode is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden)
        {
            _allowances.TryRemove(device, out _);
            return;
        }

        if (context.Response.StatusCode != StatusCodes.Status200OK) return;
        if (_allowances.Count >= Most) _allowances.Clear();
        context.Features.Get<ClientConnection>()?.Vouch(_allowances.GetOrAdd(device, static _ => new SessionAllowance()), options.DeviceRequestLimit);
    }
}
