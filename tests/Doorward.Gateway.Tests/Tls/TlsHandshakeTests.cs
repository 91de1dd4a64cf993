using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Doorward.Gateway.Tests.Running;
using Doorward.Gateway.Tls;

namespace Doorward.Gateway.Tests.Tls;

public sealed class TlsHandshakeTests
{
    private static readonly TlsPolicy s_policy = new() { ClientCertificateHost = "agent.door.test" };

    [Theory]
    [InlineData("wiki.test")]
    [InlineData("WIKI.test")]
    public async Task Serves_each_host_its_own_certificate(string host)
    {
        await using var upstream = await RunningUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync([upstream.Application()]);
        await using var tls = await HandshakeAsync(gateway, host);
        Assert.Equal("CN=wiki.test", tls.RemoteCertificate?.Subject);
        Assert.Equal((SslProtocols.Tls13, SslApplicationProtocol.Http2), (tls.SslProtocol, tls.NegotiatedApplicationProtocol));
    }

    [Fact]
    public async Task Fails_for_a_host_of_ours_that_has_no_certificate()
    {
        await using var upstream = await RunningUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync([upstream.Application(RunningGateway.WithoutCertificate)]);
        await Assert.ThrowsAnyAsync<IOException>(() => HandshakeAsync(gateway, RunningGateway.WithoutCertificate));
    }

    [Theory]
    [InlineData(false, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, false)]
    [InlineData(true, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, true)]
    [InlineData(true, TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, false)]
    public async Task Speaks_tls_1_2_by_option_and_with_authenticated_encryption_only(bool allowed, TlsCipherSuite suite, bool connects)
    {
        await using var upstream = await RunningUpstream.StartAsync();
        await using var gateway = await RunningGateway.StartAsync([upstream.Application()], tls: s_policy with { AllowTls12 = allowed });
        var handshake = HandshakeAsync(gateway, "wiki.test", options =>
        {
            options.EnabledSslProtocols = SslProtocols.Tls12;
            options.CipherSuitesPolicy = new CipherSuitesPolicy([suite]);
        });
        if (!connects)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => handshake);
            return;
        }

        await using var tls = await handshake;
        Assert.Equal(SslProtocols.Tls12, tls.SslProtocol);
    }

    [Theory]
    [InlineData("agent.door.test", true, true)]
    [InlineData("agent.door.test", false, false)]
    [InlineData("wiki.test", false, true)]
    public async Task Requires_a_client_certificate_at_agent_only(string host, bool shows, bool served)
    {
        await using var upstream = await RunningUpstream.StartAsync();
        var policy = s_policy with { ClientCertificate = (_, certificate, _, _) => certificate is { Subject: "CN=device" } };
        await using var gateway = await RunningGateway.StartAsync([upstream.Application()], tls: policy);
        using var device = gateway.Certificates.Leaf("device");
        Assert.Equal(served, await IsServedAsync(gateway, host, shows ? device : null));
    }

    [Fact]
    public async Task Refuses_every_client_certificate_when_nobody_can_judge_it()
    {
        await using var gateway = await RunningGateway.StartAsync([]);
        using var device = gateway.Certificates.Leaf("device");
        Assert.False(await IsServedAsync(gateway, "agent.door.test", device));
    }

    // In TLS 1.3 the client learns of a refused certificate only when it reads.
    private static async Task<bool> IsServedAsync(RunningGateway gateway, string host, X509Certificate2? certificate)
    {
        try
        {
            await using var tls = await HandshakeAsync(gateway, host, options =>
            {
                options.ApplicationProtocols = [SslApplicationProtocol.Http11];
                if (certificate is not null) options.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
            });
            await using var raw = new RawConnection(tls);
            return (await raw.AskAsync($"GET /.doorward/style.css HTTP/1.1\r\nHost: {host}\r\n\r\n")).Status == 200;
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            return false;
        }
    }

    private static async Task<SslStream> HandshakeAsync(RunningGateway gateway, string host, Action<SslClientAuthenticationOptions>? configure = null)
    {
        var plain = await RawConnection.ConnectAsync(gateway.TlsPort);
        var tls = new SslStream(plain.Stream);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            RemoteCertificateValidationCallback = Certificates.ComesFromATest,
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        };
        configure?.Invoke(options);
        await tls.AuthenticateAsClientAsync(options).WaitAsync(TimeSpan.FromSeconds(30));
        return tls;
    }
}
