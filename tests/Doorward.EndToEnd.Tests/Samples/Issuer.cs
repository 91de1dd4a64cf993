using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using AssertionVerifier;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Doorward.EndToEnd.Tests.Samples;

/// <summary>An issuer on real TLS: publishes keys, signs whatever a test wants signed.</summary>
internal sealed class Issuer : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly string authority = Path.GetTempFileName();

    private Issuer(WebApplication server) => this.server = server;

    public Dictionary<string, ECDsa> Published { get; } = new() { ["k1"] = ECDsa.Create(ECCurve.NamedCurves.nistP256) };

    public int Fetches { get; private set; }

    public VerifierOptions Options => new()
    {
        Issuer = new Uri("https://auth.x.test"),
        Audience = "hello",
        AuthorityFile = authority,
        Dial = IPEndPoint.Parse(new Uri(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Authority),
    };

    public static async Task<Issuer> StartAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("auth.x.test");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        var certificate = request.CreateSelfSigned(now.AddMinutes(-1), now.AddHours(1));

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listener => { listener.Protocols = HttpProtocols.Http1; listener.UseHttps(certificate); }));
        var issuer = new Issuer(builder.Build());
        await File.WriteAllTextAsync(issuer.authority, certificate.ExportCertificatePem());
        issuer.server.MapGet("/.well-known/doorward/jwks.json", issuer.Keys);
        await issuer.server.StartAsync();
        return issuer;
    }

    public static string Sign(ECDsa key, JsonObject header, JsonObject payload)
    {
        var input = $"{Encode(header)}.{Encode(payload)}";
        return $"{input}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256))}";
    }

    public static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        File.Delete(authority);
    }

    private string Keys(HttpContext context)
    {
        Fetches++;
        var keys = Published.Select(entry => new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["kid"] = entry.Key,
            ["x"] = Base64Url.EncodeToString(entry.Value.ExportParameters(false).Q.X),
            ["y"] = Base64Url.EncodeToString(entry.Value.ExportParameters(false).Q.Y),
        });
        return new JsonObject { ["keys"] = new JsonArray([.. keys]) }.ToJsonString();
    }
}
