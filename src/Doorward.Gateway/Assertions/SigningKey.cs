using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Doorward.Core.Protocol;
using Google.Protobuf.WellKnownTypes;

namespace Doorward.Gateway.Assertions;

/// <summary>One signing key of this gateway. It lives in memory only; the control plane publishes its public half.</summary>
internal sealed class SigningKey : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string _x;
    private readonly string _y;

    public SigningKey(DateTimeOffset created, TimeSpan life)
    {
        Created = created;
        NotAfter = created + life;
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        _x = Base64Url.EncodeToString(point.X);
        _y = Base64Url.EncodeToString(point.Y);

        // RFC 7638: the members in this order, without white space.
        Kid = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{_x}}","y":"{{_y}}"}""")));
        Header = Base64Url.EncodeToString(Encoding.ASCII.GetBytes($$"""{"alg":"ES256","typ":"JWT","kid":"{{Kid}}"}"""));
    }

    public DateTimeOffset Created { get; }

    public DateTimeOffset NotAfter { get; }

    public string Kid { get; }

    /// <summary>The JWS protected header, encoded.</summary>
    public string Header { get; }

    public AssertionKey ToMessage() => new() { Kid = Kid, X = _x, Y = _y, NotAfter = NotAfter.ToTimestamp() };

    /// <summary>ECDSA on P-256 with SHA-256, r and s side by side (RFC 7518 section 3.4).</summary>
    public string Sign(string signingInput) => Base64Url.EncodeToString(
        _key.SignData(Encoding.ASCII.GetBytes(signingInput), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));

    public void Dispose() => _key.Dispose();
}
