using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Doorward.Control.Tests.Devices.Providers;

/// <summary>A vendor's API on real HTTPS: answers whoever has the secret with what the test put at a path.</summary>
internal sealed class VendorDouble : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;

    private VendorDouble(WebApplication app, X509Certificate2 certificate) => (_app, _certificate) = (app, certificate);

    public const string Bearer = "the-vendors-secret-of-this-test";

    public string CaPem => _certificate.ExportCertificatePem();

    public ConcurrentDictionary<string, string> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>What was asked for, with its query.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));

    public static async Task<VendorDouble> StartAsync()
    {
        var certificate = NewCertificate();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = certificate })));
        var app = builder.Build();
        var vendor = new VendorDouble(app, certificate);
        app.Run(vendor.AnswerAsync);
        await app.StartAsync();
        return vendor;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path + context.Request.QueryString.Value;
        Asked.Enqueue(path);
        if (context.Request.Headers.Authorization != $"Bearer {Bearer}") context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        else if (!Answers.TryGetValue(path, out var answer)) context.Response.StatusCode = StatusCodes.Status404NotFound;
        else if (answer.StartsWith("302 ", StringComparison.Ordinal)) context.Response.Redirect(answer[4..]);
        else await context.Response.WriteAsync(answer);
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=vendor", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
    }
}
