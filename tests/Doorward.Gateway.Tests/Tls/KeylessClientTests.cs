using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;
using Doorward.Gateway.Feed;
using Doorward.Gateway.Tests.Deciding;
using Doorward.Gateway.Tls;
using Doorward.Testing.ControlPlane;
using Doorward.Testing.Devices;
using Doorward.Testing.Product;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Gateway.Tests.Tls;

/// <summary>A certificate is copied easily, its key is not: who shows the one without the other is refused and told of.</summary>
public sealed class KeylessClientTests
{
    [Fact]
    public async Task A_certificate_that_is_shown_without_its_key_is_refused_and_told_of_and_with_its_key_it_is_served()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        using var stolen = gateway.Plane.Certify($"/device/{DeviceId.New().Value}");
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var right = stolen.GetECDsaPrivateKey()!;
        var agent = "agent.door.test";

        // Its owner, and who has no certificate, are nobody's concern.
        Assert.NotNull(await CertificateThief.AskAsync(gateway.Port, agent, stolen.RawData, CertificateThief.With(right)));
        Assert.Contains("401", await CertificateThief.AskAsync(gateway.Port, agent, null, CertificateThief.With(own)), StringComparison.Ordinal);
        Assert.Null(await CertificateThief.AskAsync(gateway.Port, agent, stolen.RawData, CertificateThief.With(own)));
        await Eventually.TrueAsync(() => !gateway.Plane.Keyless.IsEmpty, "the first is told of");
        var told = Assert.Single(gateway.Plane.Keyless);
        Assert.Equal(("127.0.0.1", 1L, 32), (told.Address, told.Times, told.Client.Length));

        Assert.Null(await CertificateThief.AskAsync(gateway.Port, agent, stolen.RawData, static _ => RandomNumberGenerator.GetBytes(70)));
        Assert.Null(await CertificateThief.AskAsync(gateway.Port, agent, stolen.RawData, static _ => []));
        Assert.Null(await CertificateThief.AskAsync(gateway.Port, agent, stolen.RawData, static _ => RandomNumberGenerator.GetBytes(256), CertificateThief.Rsa));
        await Eventually.TrueAsync(() => gateway.Plane.Keyless.Sum(static client => client.Times) == 4, "and the others are counted");
    }

    [Fact]
    public async Task A_certificate_that_is_told_in_a_header_is_none_and_told_of()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        using var handler = Visitor.NewHandler(gateway.Port, gateway.CaFile);
        using var client = new HttpClient(handler);
        using var stolen = gateway.Plane.Certify($"/device/{DeviceId.New().Value}");
        foreach (var (host, told) in new[] { ("wiki", 0), ("agent", 1) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"https://{host}.door.test/v1/status");
            request.Headers.Add("Client-Cert", $":{Convert.ToBase64String(stolen.RawData)}:");
            using var response = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            await Eventually.TrueAsync(() => gateway.Plane.Keyless.Count >= told, "it is told of");
            Assert.Equal(told, gateway.Plane.Keyless.Count);
        }
    }

    [Fact]
    public async Task However_many_try_from_however_many_places_few_are_told_of_and_all_are_counted()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var keyless = new KeylessReporter(clock);
        using var stream = new CancellationTokenSource();
        for (var i = 0; i < 10_000; i++) keyless.Note(new IPAddress([10, 0, (byte)(i / 10 % 200), (byte)i]), ClientHello.Unknown);
        for (var i = 0; i < 10_000; i++) keyless.Note(IPAddress.Parse($"2001:db8:{i:x}::1"), ClientHello.Unknown);

        var uplink = new Uplink();
        var told = new Told();
        var writing = uplink.WriteToAsync(told, stream.Token);
        var reporting = keyless.ReportAsync(uplink, stream.Token);
        var first = await told.NextAsync();
        Assert.Equal(KeylessReporter.MostPlaces + 1, first.Clients.Count);
        Assert.Equal(20_000, first.Clients.Sum(static client => client.Times));
        Assert.Equal("", Assert.Single(first.Clients, static client => client.Address.Length == 0).Client);

        // Whole subscribers' networks are one place; and what follows waits.
        for (var i = 0; i < 50; i++) keyless.Note(IPAddress.Parse($"2001:db8::{i:x}"), ClientHello.Unknown);
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return told.Waiting == 1;
            },
            "the next are told of");
        Assert.Equal(50, Assert.Single((await told.NextAsync()).Clients).Times);
        await stream.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reporting);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
    }

    private sealed class Told : IClientStreamWriter<GatewayMessage>
    {
        private readonly Channel<GatewayMessage> _messages = Channel.CreateUnbounded<GatewayMessage>();

        public int Waiting => _messages.Reader.Count;

        public WriteOptions? WriteOptions { get; set; }

        public async Task<KeylessClients> NextAsync() => (await _messages.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30))).Keyless;

        public Task CompleteAsync() => Task.CompletedTask;

        // The default of the interface refuses a token that can be cancelled.
        public Task WriteAsync(GatewayMessage message, CancellationToken cancellationToken) => WriteAsync(message);

        public Task WriteAsync(GatewayMessage message) => _messages.Writer.WriteAsync(message).AsTask();
    }
}
