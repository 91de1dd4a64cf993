using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Core.Protocol;
using Grpc.Net.Client;

namespace Doorward.Gateway.Feed;

/// <summary>Mutual TLS to the control plane: the feed's channel, and handlers for forwarding to its web hosts.</summary>
internal sealed class ControlPlaneConnection : IDisposable
{
    private readonly ComponentTrust _trust;
    private const int AuthorityLimit = 16 * 1024;
    private readonly string _trustDomain;
    private readonly string _controlPlaneId;
    private readonly JoinSecret? _secret;
    private X509Certificate2? _certificate;

    public ControlPlaneConnection(GatewayOptions options, TimeProvider clock)
    {
        Address = options.ControlPlane;
        _trustDomain = options.TrustDomain;
        _controlPlaneId = $"spiffe://{options.TrustDomain}/control-plane";
        _secret = ReadSecret(options.JoinToken);
        Files = new IdentityFiles(options.DataDirectory);
        _trust = new ComponentTrust(Files.LoadAuthorities(options.ComponentAuthorityPem), clock);
        Channel = OpenChannel();
    }

    public Uri Address { get; }

    public IdentityFiles Files { get; }

    public GrpcChannel Channel { get; }

    /// <summary>The certificate shown on new connections; null before the first join.</summary>
    public X509Certificate2? Certificate
    {
        get => Volatile.Read(ref _certificate);
        set => Volatile.Write(ref _certificate, value);
    }

    /// <summary>A channel with connections of its own: a join shows no certificate, so nothing after it may share its connection.</summary>
    public GrpcChannel OpenChannel() => GrpcChannel.ForAddress(Address, new GrpcChannelOptions
    {
        HttpHandler = CreateHandler(),
        DisposeHttpClient = true,
        MaxReceiveMessageSize = null, // a snapshot is as large as the installation
    });

    /// <summary>A handler whose connections show the current certificate and accept nobody but the control plane.</summary>
    public SocketsHttpHandler CreateHandler() => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = System.Net.DecompressionMethods.None,
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(10), // so that renewed certificates come into use
        KeepAlivePingDelay = TimeSpan.FromSeconds(10),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
        SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls13,
            AllowTlsResume = false, // a resumed session would bring back the certificate of the first handshake, or none
            LocalCertificateSelectionCallback = (_, _, _, _, _) => Certificate!,
            RemoteCertificateValidationCallback = (_, peer, _, _) => _trust.Accepts(peer as X509Certificate2, _controlPlaneId),
        },
    };

    /// <summary>Whether a client certificate is a device's of this installation.</summary>
    public bool AcceptsDevice(X509Certificate2? certificate) => _trust.AcceptsDevice(certificate, _trustDomain);

    /// <summary>Whether a client certificate is a connector's of this installation.</summary>
    public bool AcceptsConnector(X509Certificate2? certificate) => _trust.AcceptsConnector(certificate, _trustDomain);

    /// <summary>The roots believed, to be kept for the next start.</summary>
    public string AuthoritiesPem => _trust.ToPem();

    /// <summary>
    /// Before the first join, when only the fingerprint of the component CA may be known, asks for the CA itself: over a connection
    /// that says no secret and believes nothing but what has the fingerprint.
    /// </summary>
    /// <exception cref="HttpRequestException">Nobody answers, or somebody with another CA than the token's.</exception>
    public async Task LearnAuthorityAsync(CancellationToken cancellation)
    {
        if (_secret is null || _trust.KnowsAuthority)
            return;
        var handler = CreateHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, peer, _, _) => peer is not null;
        using var client = new HttpClient(handler) { MaxResponseContentBufferSize = AuthorityLimit };
        var pem = await client.GetStringAsync(new Uri(Address, "/component-ca.pem"), cancellation);
        try
        {
            if (_trust.Learn(X509Certificate2.CreateFromPem(pem), _secret))
                return;
        }
        catch (CryptographicException exception)
        {
            throw new HttpRequestException("what answers there is no control plane", exception);
        }

        throw new HttpRequestException("the control plane there is not the one that made the join token: its component CA is another");
    }

    private static JoinSecret? ReadSecret(string? token)
    {
        if (token is null)
            return null;
        return JoinSecret.TryParse(token, out var secret)
            ? secret
            : throw new GatewayOptionsException("the join token is not one: it begins with dwj_ and was printed by `doorward gateway join-token`");
    }

    public void Dispose() => Channel.Dispose();
}
