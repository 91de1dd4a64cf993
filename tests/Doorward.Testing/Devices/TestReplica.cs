using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Tunnels;
using Doorward.Core.Tunnels.Joining;

namespace Doorward.Testing.Devices;

/// <summary>A machine with keys in memory that joins a connector and asks as its agent does. How its requests travel is the test's to say.</summary>
public sealed class TestReplica(DeviceWay way) : IDisposable
{
    private readonly ECDsa _session = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ConnectorJoined? Joined { get; private set; }

    /// <summary>What it shows at <c>agent.</c>.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>By this machine's clock.</summary>
    public Func<DateTimeOffset> Now { get; set; } = TimeProvider.System.GetUtcNow;

    public string Id => Joined?.Replica ?? throw new InvalidOperationException("The machine has not joined.");

    /// <summary>Joins and has a key certified.</summary>
    public static async Task<TestReplica> JoinAsync(DeviceWay way, ConnectorLink link, string hostName = "site-1")
    {
        var replica = new TestReplica(way);
        var (status, _, problem) = await replica.JoinAsync(link, hostName);
        if (status != HttpStatusCode.OK) throw new InvalidOperationException($"{status} {problem}");
        (status, _, problem) = await replica.CertifyAsync();
        return status == HttpStatusCode.OK ? replica : throw new InvalidOperationException($"{status} {problem}");
    }

    public Task<Answer<ConnectorJoined>> JoinAsync(ConnectorLink link, string hostName = "site-1") => JoinAsync(link, SigningRequest(Key), hostName);

    public async Task<Answer<ConnectorJoined>> JoinAsync(ConnectorLink link, byte[] signingRequest, string hostName = "site-1")
    {
        var join = new ConnectorJoin { Secret = link.Secret.ToText(), HostName = hostName, SigningRequest = signingRequest };
        var answer = await AnswerAsync(await way("auth", TunnelPaths.Join, Json(join, JoinJson.Default.ConnectorJoin), null), JoinJson.Default.ConnectorJoined);
        Joined = answer.Message ?? Joined;
        return answer;
    }

    /// <summary>An order of a certificate for a key in memory.</summary>
    public ReplicaOrder Order(ECDsa? session = null) => new()
    {
        Connector = Joined?.Connector ?? "",
        Replica = Joined?.Replica ?? "",
        Time = Now(),
        Nonce = RandomNumberGenerator.GetBytes(ReplicaOrder.NonceLength),
        SigningRequest = SigningRequest(session ?? _session),
    };

    public SignedReplicaOrder Sign(ReplicaOrder order)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(order, JoinJson.Default.ReplicaOrder);
        return new SignedReplicaOrder(bytes, Key.SignData(SignedReplicaOrder.ToBeSigned(bytes), HashAlgorithmName.SHA256));
    }

    public async Task<Answer<ReplicaCertificate>> SendOrderAsync(SignedReplicaOrder order) =>
        await AnswerAsync(await way("auth", TunnelPaths.Certificate, Json(order, JoinJson.Default.SignedReplicaOrder), null), JoinJson.Default.ReplicaCertificate);

    /// <summary>Has a key certified at the word of its own, and shows it from now on.</summary>
    public async Task<Answer<ReplicaCertificate>> CertifyAsync(ECDsa? session = null)
    {
        var answer = await SendOrderAsync(Sign(Order(session)));
        if (answer.Message is { } issued) Certificate = X509CertificateLoader.LoadCertificate(issued.Certificate).CopyWithPrivateKey(session ?? _session);
        return answer;
    }

    /// <summary>What it may reach, once the signature by the root that it joined under is found good.</summary>
    public async Task<Answer<ConnectorTargets>> TargetsAsync()
    {
        var (status, signed, problem) = await AnswerAsync(await way("agent", TunnelPaths.Targets, null, Certificate), TunnelJson.Default.SignedConnectorTargets);
        if (signed is null) return new Answer<ConnectorTargets>(status, null, problem);
        using var authority = X509CertificateLoader.LoadCertificate(Joined!.Authority);
        using var key = authority.GetECDsaPublicKey()!;
        return key.VerifyData((byte[])[.. SignedConnectorTargets.Prefix, .. signed.Targets], signed.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
            ? new Answer<ConnectorTargets>(status, JsonSerializer.Deserialize(signed.Targets, TunnelJson.Default.ConnectorTargets), null)
            : throw new InvalidOperationException("The signature over the targets is wrong.");
    }

    public static byte[] SigningRequest(AsymmetricAlgorithm key, Action<CertificateRequest>? ask = null)
    {
        var request = key is RSA rsa
            ? new CertificateRequest("CN=replica", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=replica", (ECDsa)key, HashAlgorithmName.SHA256);
        ask?.Invoke(request);
        return request.CreateSigningRequest();
    }

    public void Dispose()
    {
        Key.Dispose();
        _session.Dispose();
        Certificate?.Dispose();
    }

    private static JsonContent Json<T>(T message, JsonTypeInfo<T> type) => JsonContent.Create(message, type);

    private static async Task<Answer<T>> AnswerAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type)
        where T : class
    {
        using (response)
        {
            var body = await response.Content.ReadAsStringAsync();
            return response.IsSuccessStatusCode
                ? new Answer<T>(response.StatusCode, JsonSerializer.Deserialize(body, type), null)
                : new Answer<T>(response.StatusCode, null, body.Length == 0 ? null : JsonSerializer.Deserialize(body, JoinJson.Default.DeviceProblem));
        }
    }
}
