using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Doorward.Console.Tests;

/// <summary>A passkey in software that says what it is told to: as browsers do, or as an attacker would (WebAuthn Level 3, sections 6 and 7).</summary>
internal sealed class SoftAuthenticator : IDisposable
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public byte[] CredentialId { get; } = RandomNumberGenerator.GetBytes(32);
    public string Origin { get; set; } = AuthHost.Origin;
    public string RelyingParty { get; set; } = $"auth.{AuthHost.Domain}";
    public bool UserPresent { get; set; } = true;
    public bool UserVerified { get; set; } = true;
    public bool CrossOrigin { get; set; }
    public uint Counter { get; set; } = 1;

    /// <summary>Whom the answer names; the person the passkey was made for, unless a test says otherwise.</summary>
    public string? UserHandle { get; set; }

    /// <summary>What the browser sends to be registered.</summary>
    public string Create(string optionsJson, string type = "webauthn.create")
    {
        var options = JsonSerializer.Deserialize<JsonElement>(optionsJson);
        UserHandle = options.GetProperty("user").GetProperty("id").GetString();
        var client = ClientData(options, type);
        byte[] data = [.. Data(0x40), .. new byte[16], 0, 32, .. CredentialId, .. PublicKey()];
        byte[] attestation = [0xA3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xA0, 0x68, .. "authData"u8, 0x58, (byte)data.Length, .. data];
        return Credential(new { clientDataJSON = Text(client), attestationObject = Text(attestation), transports = new[] { "internal" } });
    }

    /// <summary>What the browser sends to sign in.</summary>
    public string Get(string optionsJson, string type = "webauthn.get")
    {
        var client = ClientData(JsonSerializer.Deserialize<JsonElement>(optionsJson), type);
        var data = Data(0);
        var signature = key.SignData([.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Credential(new { clientDataJSON = Text(client), authenticatorData = Text(data), signature = Text(signature), userHandle = UserHandle });
    }

    public void Dispose() => key.Dispose();

    private byte[] ClientData(JsonElement options, string type) => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new
    {
        type,
        challenge = options.GetProperty("challenge").GetString(),
        origin = Origin,
        crossOrigin = CrossOrigin,
    }));

    private byte[] Data(byte more)
    {
        var counter = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(counter, Counter);
        var flags = (byte)(more | (UserPresent ? 1 : 0) | (UserVerified ? 4 : 0));
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(RelyingParty)), flags, .. counter];
    }

    // COSE: an EC2 key for ES256 on P-256 (RFC 9053 section 7.1).
    private byte[] PublicKey()
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
    }

    private string Credential(object response) => JsonSerializer.Serialize(new
    {
        id = Text(CredentialId),
        rawId = Text(CredentialId),
        type = "public-key",
        clientExtensionResults = new { },
        response,
    });

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
