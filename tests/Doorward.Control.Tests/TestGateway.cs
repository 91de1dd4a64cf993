using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace Doorward.Control.Tests;

/// <summary>A gateway's side of the contract: a real gRPC client with a key and a certificate of its own.</summary>
internal sealed class TestGateway : IDisposable
{
    private readonly ECDsa _key;

    public TestGateway(Uri address, X509Certificate2 componentCa, X509Certificate2? certificate, ECDsa key)
    {
        _key = key;
        Certificate = certificate;
        Channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { HttpHandler = Handler(componentCa, certificate), DisposeHttpClient = true });
    }

    public X509Certificate2? Certificate { get; }
    public GrpcChannel Channel { get; }
    public Membership.MembershipClient Membership => new(Channel);
    public Core.Protocol.Sessions.SessionsClient Sessions => new(Channel);
    public HostCertificates.HostCertificatesClient Hosts => new(Channel);

    public static async Task<TestGateway> JoinAsync(TestControlPlane control, string name)
    {
        var token = await control.JoinTokens.CreateAsync(name, TimeSpan.FromMinutes(5), CancellationToken.None);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stranger = new TestGateway(control.Address, Ca(control), null, key);
        var reply = await stranger.Membership.JoinAsync(new JoinRequest { Token = token.ToString(), Name = name, Csr = Csr(key) });
        return With(control, reply, key);
    }

    public static TestGateway With(TestControlPlane control, CertificateReply reply, ECDsa key) =>
        new(control.Address, Ca(control), X509CertificateLoader.LoadCertificate(reply.Certificate.Span).CopyWithPrivateKey(key), key);

    public static TestGateway Stranger(TestControlPlane control, X509Certificate2? certificate = null) =>
        new(control.Address, Ca(control), certificate, ECDsa.Create(ECCurve.NamedCurves.nistP256));

    public static X509Certificate2 Ca(TestControlPlane control) => X509CertificateLoader.LoadCertificateFromFile(control.Data.ComponentCa);

    public static ByteString Csr(AsymmetricAlgorithm key, Action<CertificateRequest>? ask = null)
    {
        var request = key is RSA rsa
            ? new CertificateRequest("CN=x", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=x", (ECDsa)key, HashAlgorithmName.SHA256);
        ask?.Invoke(request);
        return ByteString.CopyFrom(request.CreateSigningRequest());
    }

    public async Task<TestFeed> FollowAsync(string epoch = "", long revision = 0, string spool = "")
    {
        var feed = new TestFeed(new Feed.FeedClient(Channel).Follow());
        try
        {
            await feed.SendAsync(new GatewayMessage { Hello = new Hello { Epoch = epoch, Revision = revision, Version = "1", Instance = "i", SpoolId = spool } });
        }
        catch (RpcException)
        {
            // Refused before it was sent; the answer says why.
        }

        return feed;
    }

    public void Dispose()
    {
        Channel.Dispose();
        _key.Dispose();
        Certificate?.Dispose();
    }

    public static SocketsHttpHandler Handler(X509Certificate2 componentCa, X509Certificate2? certificate) => new()
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            ClientCertificates = certificate is null ? null : [certificate],
            LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
            RemoteCertificateValidationCallback = (_, server, _, _) => server is X509Certificate2 leaf && IsControlPlane(leaf, componentCa),
        },
    };

    private static bool IsControlPlane(X509Certificate2 leaf, X509Certificate2 componentCa)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(componentCa);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid; // tests move the clock
        return chain.Build(leaf) && SpiffeId.Of(leaf) == SpiffeId.ControlPlane(TestInstallation.Domain);
    }
}

/// <summary>One open feed.</summary>
internal sealed class TestFeed(AsyncDuplexStreamingCall<GatewayMessage, ControlMessage> call) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public Task SendAsync(GatewayMessage message) => call.RequestStream.WriteAsync(message);

    public async Task<ControlMessage> ReadAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        return await call.ResponseStream.MoveNext(limit.Token) ? call.ResponseStream.Current : throw new InvalidOperationException("The stream ended.");
    }

    /// <summary>The next message of one kind; those before it are passed over.</summary>
    public async Task<ControlMessage> ReadAsync(ControlMessage.KindOneofCase kind)
    {
        while (true)
        {
            if (await ReadAsync() is { } message && message.KindCase == kind)
            {
                return message;
            }
        }
    }

    public async Task<StatusCode> EndAsync()
    {
        try
        {
            while (true)
            {
                await ReadAsync();
            }
        }
        catch (RpcException ended)
        {
            return ended.StatusCode;
        }
    }

    public void Dispose() => call.Dispose();
}
