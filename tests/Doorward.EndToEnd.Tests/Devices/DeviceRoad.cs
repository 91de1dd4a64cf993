using System.Net;
using System.Security.Cryptography.X509Certificates;
using Doorward.Core.Devices.Enrolment;
using Doorward.Testing.Devices;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Devices;

/// <summary>How machines reach a whole product: real TLS through its gateway, on connections that are kept, with one certificate each.</summary>
internal sealed class DeviceRoad(ProductProcess product) : IDisposable
{
    private readonly Dictionary<string, HttpMessageInvoker> _clients = [];

    /// <summary>A link of the command line.</summary>
    public async Task<EnrolmentLink> InviteAsync(params string[] arguments)
    {
        var printed = await product.RunAsync(["device", "invite", .. arguments]);
        return EnrolmentLink.TryParse(printed, out var link) ? link : throw new InvalidOperationException($"no link: {printed}");
    }

    public async Task<TestDevice> EnrolAsync(params string[] arguments) => await TestDevice.EnrolAsync(SendAsync, await InviteAsync(arguments));

    public TestDevice NewDevice() => new(SendAsync);

    public async Task<HttpResponseMessage> SendAsync(string label, string path, HttpContent? content, X509Certificate2? certificate)
    {
        using var request = new HttpRequestMessage(content is null ? HttpMethod.Get : HttpMethod.Post, product.Url(label, path)) { Content = content, Version = HttpVersion.Version11 };

        // What a client says of itself in the header is removed: only the handshake counts.
        if (label == "agent") request.Headers.TryAddWithoutValidation("Client-Cert", ":AAAA:");
        return await ClientOf(label == "agent" ? certificate : null).SendAsync(request, CancellationToken.None);
    }

    /// <summary>Connections from now on are new ones; TLS sessions are resumed where they can be.</summary>
    public void Reconnect()
    {
        foreach (var client in _clients.Values) client.Dispose();
        _clients.Clear();
    }

    public void Dispose() => Reconnect();

    private HttpMessageInvoker ClientOf(X509Certificate2? certificate)
    {
        var key = certificate?.Thumbprint ?? "";
        if (_clients.TryGetValue(key, out var client)) return client;
        var handler = Visitor.NewHandler(product.Port, Path.Combine(product.Data, "ca.pem"));
        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificates = [certificate];
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        }

        return _clients[key] = new HttpMessageInvoker(handler);
    }
}
