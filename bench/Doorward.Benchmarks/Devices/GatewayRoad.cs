using System.Net;
using System.Security.Cryptography.X509Certificates;
using Doorward.Gateway;
using Doorward.Gateway.Feed;
using Doorward.Testing.Product;
using Microsoft.Extensions.Logging.Abstractions;

namespace Doorward.Benchmarks.Devices;

/// <summary>
/// The road that devices' requests take behind a gateway: its mutual TLS to the control plane, with a certificate that a join token bought,
/// and the device's certificate in the header that the gateway's handshake would have set.
/// </summary>
internal sealed class GatewayRoad : IDisposable
{
    private readonly ControlPlaneConnection _connection;
    private readonly HttpMessageInvoker _client;

    private GatewayRoad(ControlPlaneConnection connection)
    {
        _connection = connection;
        var handler = connection.CreateHandler();
        handler.MaxConnectionsPerServer = 64;
        _client = new HttpMessageInvoker(handler);
    }

    public static async Task<GatewayRoad> JoinAsync(ApartProduct product)
    {
        var options = new GatewayOptions
        {
            Name = "load",
            ControlPlane = new Uri($"https://127.0.0.1:{product.ControlPort}"),
            TrustDomain = ApartProduct.Domain,
            DataDirectory = Directory.CreateDirectory(Path.Combine(product.Folder, "load")).FullName,
            Listen = [],
            JoinToken = (await product.RunAsync("gateway", "join-token", "load")).Trim(),
        };
        var connection = new ControlPlaneConnection(options, TimeProvider.System);
        var membership = new Membership(options, connection, TimeProvider.System, NullLogger<Membership>.Instance);
        membership.Open();
        await membership.EnsureAsync(CancellationToken.None);
        return new GatewayRoad(connection);
    }

    public async Task<HttpResponseMessage> SendAsync(string label, string path, HttpContent? content, X509Certificate2? certificate)
    {
        using var request = new HttpRequestMessage(content is null ? HttpMethod.Get : HttpMethod.Post, new Uri(_connection.Address, path)) { Content = content, Version = HttpVersion.Version11 };
        request.Headers.Host = $"{label}.{ApartProduct.Domain}";
        request.Headers.Add("X-Forwarded-For", "192.0.2.7");
        request.Headers.Add("X-Forwarded-Proto", "https");
        if (label == "agent" && certificate is not null) request.Headers.Add("Client-Cert", $":{Convert.ToBase64String(certificate.RawData)}:");
        return await _client.SendAsync(request, CancellationToken.None);
    }

    public void Dispose()
    {
        _client.Dispose();
        _connection.Dispose();
    }
}
