using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Control.Certificates;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Control.Tests.Certificates;

public sealed class MembershipTests
{
    private static readonly ResolveRequest AnyCall = new() { SessionId = "ses_none", Host = "wiki.doorward.localhost" };

    [Fact]
    public async Task A_gateway_that_joined_is_answered()
    {
        await using var control = await TestControlPlane.StartAsync();
        using var gateway = await control.JoinAsync("edge-1");

        Assert.False((await gateway.Sessions.ResolveAsync(AnyCall)).Found);
        Assert.Equal(SpiffeId.Gateway(TestInstallation.Domain, "edge-1"), SpiffeId.Of(gateway.Certificate!));
    }

    [Fact]
    public async Task Nobody_is_answered_without_a_certificate()
    {
        await using var control = await TestControlPlane.StartAsync();
        using var stranger = TestGateway.Stranger(control);

        await RefusedAsync(StatusCode.Unauthenticated, () => stranger.Sessions.ResolveAsync(AnyCall).ResponseAsync);
        using var feed = await stranger.FollowAsync();
        Assert.Equal(StatusCode.Unauthenticated, await feed.EndAsync());
    }

    [Fact]
    public async Task A_certificate_of_a_foreign_authority_is_refused()
    {
        await using var control = await TestControlPlane.StartAsync();
        using var joined = await control.JoinAsync();
        using var foreign = CertificateAuthority.Create("Doorward component CA", null, TimeProvider.System.GetUtcNow());
        using var forged = TestGateway.Stranger(control, Leaf(foreign, SpiffeId.Gateway(TestInstallation.Domain, "edge"), LeafProfile.ClientAuthentication));

        await Assert.ThrowsAsync<RpcException>(() => forged.Sessions.ResolveAsync(AnyCall).ResponseAsync);
    }

    [Theory]
    [InlineData("/device/edge", LeafProfile.ClientAuthentication)]
    [InlineData("/control-plane", LeafProfile.ClientAuthentication)]
    [InlineData("/gateway/stranger", LeafProfile.ClientAuthentication)]
    [InlineData("/gateway/edge", LeafProfile.ServerAuthentication)]
    public async Task A_certificate_of_our_own_authority_for_another_role_is_refused(string path, string usage)
    {
        await using var control = await TestControlPlane.StartAsync();
        using var joined = await control.JoinAsync();
        using var ours = Authority(control);
        using var other = TestGateway.Stranger(control, Leaf(ours, new SpiffeId(TestInstallation.Domain, path), usage));

        await Assert.ThrowsAsync<RpcException>(() => other.Sessions.ResolveAsync(AnyCall).ResponseAsync);
    }

    [Fact]
    public async Task An_expired_certificate_gets_nothing_but_its_renewal()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var control = await TestControlPlane.StartAsync(time: time);
        using var gateway = await control.JoinAsync();
        time.AdjustTime(time.GetUtcNow().AddDays(3)); // not Advance, which would go through every second of them

        await RefusedAsync(StatusCode.Unauthenticated, () => gateway.Sessions.ResolveAsync(AnyCall).ResponseAsync);

        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var renewed = TestGateway.With(control, await gateway.Membership.RenewAsync(new RenewRequest { Csr = TestGateway.Csr(key) }), key);
        Assert.False((await renewed.Sessions.ResolveAsync(AnyCall)).Found);
    }

    [Fact]
    public async Task An_expired_certificate_of_a_key_long_replaced_is_not_renewed()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var control = await TestControlPlane.StartAsync(time: time);
        using var gateway = await control.JoinAsync();
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var renewed = TestGateway.With(control, await gateway.Membership.RenewAsync(new RenewRequest { Csr = TestGateway.Csr(key) }), key);
        await renewed.Membership.RenewAsync(new RenewRequest { Csr = NewCsr() });

        await RefusedAsync(StatusCode.Unauthenticated, () => gateway.Sessions.ResolveAsync(AnyCall).ResponseAsync);
        time.AdjustTime(time.GetUtcNow().AddDays(3)); // not Advance, which would go through every second of them
        await RefusedAsync(StatusCode.Unauthenticated, () => gateway.Membership.RenewAsync(new RenewRequest { Csr = NewCsr() }).ResponseAsync);
        await renewed.Membership.RenewAsync(new RenewRequest { Csr = NewCsr() });
    }

    [Fact]
    public async Task A_gateway_whose_renewals_get_lost_on_the_way_goes_on_with_the_key_it_has()
    {
        await using var control = await TestControlPlane.StartAsync();
        using var gateway = await control.JoinAsync();
        for (var i = 0; i < 3; i++)
            await gateway.Membership.RenewAsync(new RenewRequest { Csr = NewCsr() });

        Assert.False((await gateway.Sessions.ResolveAsync(AnyCall)).Found);
    }

    [Fact]
    public async Task A_gateway_that_joins_again_shuts_out_whoever_has_the_keys_it_had_before()
    {
        await using var control = await TestControlPlane.StartAsync();
        using var stolen = await control.JoinAsync();
        using var feed = await stolen.FollowAsync();
        await feed.ReadAsync();
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stolenToo = TestGateway.With(control, await stolen.Membership.RenewAsync(new RenewRequest { Csr = TestGateway.Csr(key) }), key);

        using var gateway = await control.JoinAsync();
        using var own = await gateway.FollowAsync();
        await own.ReadAsync();

        Assert.Equal(StatusCode.Unavailable, await feed.EndAsync());
        foreach (var thief in new[] { stolen, stolenToo })
        {
            await RefusedAsync(StatusCode.Unauthenticated, () => thief.Sessions.ResolveAsync(AnyCall).ResponseAsync);
            await RefusedAsync(StatusCode.Unauthenticated, () => thief.Membership.RenewAsync(new RenewRequest { Csr = NewCsr() }).ResponseAsync);
        }

        Assert.False((await gateway.Sessions.ResolveAsync(AnyCall)).Found);
    }

    [Fact]
    public async Task A_revoked_gateway_loses_its_stream_and_is_answered_no_more_on_the_same_connection()
    {
        await using var control = await TestControlPlane.StartAsync();
        using var gateway = await control.JoinAsync();
        using var feed = await gateway.FollowAsync();
        await feed.ReadAsync();

        await control.Services.GetRequiredService<GatewayMembers>().RevokeAsync("edge", CancellationToken.None);

        Assert.Equal("edge", (await feed.ReadAsync()).Change.GatewayRevoked.Name);
        Assert.Equal(StatusCode.PermissionDenied, await feed.EndAsync());
        await RefusedAsync(StatusCode.Unauthenticated, () => gateway.Sessions.ResolveAsync(AnyCall).ResponseAsync);
        await RefusedAsync(StatusCode.Unauthenticated, () => gateway.Membership.RenewAsync(new RenewRequest { Csr = NewCsr() }).ResponseAsync);
    }

    [Fact]
    public async Task A_join_token_lets_one_gateway_in_even_when_a_hundred_try_at_the_same_time()
    {
        await using var control = await TestControlPlane.StartAsync();
        var token = await control.JoinTokens.CreateAsync("edge", TimeSpan.FromMinutes(5), CancellationToken.None);
        using var stranger = TestGateway.Stranger(control);

        var joined = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => JoinsAsync(stranger, token.ToString(), "edge")));

        Assert.Single(joined, done => done);
    }

    [Fact]
    public async Task A_join_token_is_good_for_its_name_and_its_time_only()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var control = await TestControlPlane.StartAsync(time: time);
        var token = await control.JoinTokens.CreateAsync("edge", TimeSpan.FromMinutes(5), CancellationToken.None);
        using var stranger = TestGateway.Stranger(control);

        Assert.False(await JoinsAsync(stranger, token.ToString(), "other"));
        time.Advance(TimeSpan.FromMinutes(6));
        Assert.False(await JoinsAsync(stranger, token.ToString(), "edge"));
    }

    [Fact]
    public async Task A_signing_request_may_not_ask_for_names_authority_or_a_weak_key()
    {
        await using var control = await TestControlPlane.StartAsync();
        using var gateway = await control.JoinAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var weak = RSA.Create(2048);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("auth.doorward.localhost");
        ByteString[] requests =
        [
            TestGateway.Csr(key, request => request.CertificateExtensions.Add(names.Build())),
            TestGateway.Csr(key, request => request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true))),
            TestGateway.Csr(weak),
            ByteString.CopyFromUtf8("nonsense"),
            ByteString.CopyFrom([.. TestGateway.Csr(key), 0]),
            ByteString.Empty,
        ];

        foreach (var csr in requests)
        {
            await RefusedAsync(StatusCode.InvalidArgument, () => gateway.Membership.RenewAsync(new RenewRequest { Csr = csr }).ResponseAsync);
        }
    }

    [Fact]
    public async Task People_behind_a_gateway_cannot_call_what_the_gateway_can()
    {
        await using var control = await TestControlPlane.StartAsync();
        using var gateway = await control.JoinAsync();
        var headers = new Metadata { { "x-forwarded-for", "192.0.2.1" }, { "x-forwarded-proto", "https" } };
        var options = new CallOptions(headers);
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress(control.Address, new Grpc.Net.Client.GrpcChannelOptions
        {
            HttpHandler = new HostHandler("auth.doorward.localhost", TestGateway.Handler(TestGateway.Ca(control), gateway.Certificate)),
        });

        var refused = await Assert.ThrowsAsync<RpcException>(() => new Core.Protocol.Sessions.SessionsClient(channel).ResolveAsync(AnyCall, options).ResponseAsync);

        Assert.Equal(StatusCode.Unimplemented, refused.StatusCode); // gRPC's word for 404
        using var http = new HttpClient(TestGateway.Handler(TestGateway.Ca(control), gateway.Certificate));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri(control.Address, "/health/live"))).StatusCode);
    }

    private static CertificateAuthority Authority(TestControlPlane control)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(control.Data.Keys, "component-ca.key")));
        return new CertificateAuthority(TestGateway.Ca(control), key);
    }

    private static X509Certificate2 Leaf(CertificateAuthority authority, SpiffeId id, string usage)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(id.ToString()));
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var profile = new LeafProfile("forged", names.Build(), [usage], TimeSpan.FromHours(1));
        return authority.Issue(new PublicKey(key), profile, TimeProvider.System.GetUtcNow()).CopyWithPrivateKey(key);
    }

    private static ByteString NewCsr()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return TestGateway.Csr(key);
    }

    private static async Task<bool> JoinsAsync(TestGateway stranger, string token, string name)
    {
        try
        {
            await stranger.Membership.JoinAsync(new JoinRequest { Token = token, Name = name, Csr = NewCsr() });
            return true;
        }
        catch (RpcException refused) when (refused.StatusCode == StatusCode.PermissionDenied)
        {
            return false;
        }
    }

    private static async Task RefusedAsync<T>(StatusCode code, Func<Task<T>> call) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<RpcException>(call)).StatusCode);

    private sealed class HostHandler(string host, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Host = host;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
