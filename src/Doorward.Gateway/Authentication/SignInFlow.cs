using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Doorward.Gateway.Authentication;

/// <summary>
/// What the gateway must remember while a person signs in, kept by the browser: sealed with AES-GCM, bound to host and
/// state. Target is path and query, so a redirect can go nowhere else than to the host that began it; From is those of the page
/// that sent what cannot be repeated, if it was one of this host.
/// </summary>
internal sealed record SignInFlow(string Nonce, string Method, string Target, DateTimeOffset Begun, string? From = null)
{
    public const string CookiePrefix = "__Host-doorward-flow-";
    public const int Limit = 4;
    private const int FromLimit = 512;

    // As it is written, where a character can take six: sealed and in base64url, with its name and attributes, the cookie then stays
    // below the 4 KB that browsers keep. One that they drop would make a sign-in that never ends.
    private const int SizeLimit = 2_700;
    private const int NonceSize = 12;
    private const int TagSize = 16;

    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <summary>Whether what was asked for can be asked again by a redirect.</summary>
    [JsonIgnore]
    public bool CanRepeat => Method is "GET" or "HEAD";

    /// <summary>What no cookie could hold is forgotten: first where the request came from, then where it went.</summary>
    public static SignInFlow Begin(string method, string target, DateTimeOffset now, string? from = null)
    {
        var flow = new SignInFlow(Secret(), method, target, now, from?.Length <= FromLimit ? from : null);
        if (!flow.Fits)
            flow = flow with { From = null };
        return flow.Fits ? flow : flow with { Target = "/" };
    }

    public static string NewState() => Secret();

    /// <summary>What the code will be bound to: only the browser that holds the nonce can use it.</summary>
    [JsonIgnore]
    public string Browser => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(Nonce)));

    public string Seal(CookieKeyRing.Key key, string host, string state)
    {
        var plain = ToJson();
        var sealedBytes = new byte[NonceSize + plain.Length + TagSize];
        RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, NonceSize));
        using var aes = new AesGcm(key.Flow, TagSize);
        aes.Encrypt(sealedBytes.AsSpan(0, NonceSize), plain, sealedBytes.AsSpan(NonceSize, plain.Length), sealedBytes.AsSpan(^TagSize..), Bound(host, state));
        return $"{key.Id}.{Base64Url.EncodeToString(sealedBytes)}";
    }

    /// <summary>Null when the cookie is not ours, not for this host and state, or older than ten minutes.</summary>
    public static SignInFlow? Open(CookieKeyRing keys, string value, string host, string state, DateTimeOffset now)
    {
        var dot = value.IndexOf('.', StringComparison.Ordinal);
        if (dot <= 0 || keys.Find(value.AsSpan(0, dot)) is not { } key || !Base64Url.IsValid(value.AsSpan(dot + 1)))
            return null;
        var sealedBytes = Base64Url.DecodeFromChars(value.AsSpan(dot + 1));
        if (sealedBytes.Length < NonceSize + TagSize)
            return null;
        var plain = new byte[sealedBytes.Length - NonceSize - TagSize];
        try
        {
            using var aes = new AesGcm(key.Flow, TagSize);
            aes.Decrypt(sealedBytes.AsSpan(0, NonceSize), sealedBytes.AsSpan(NonceSize, plain.Length), sealedBytes.AsSpan(^TagSize..), plain, Bound(host, state));
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }

        var flow = JsonSerializer.Deserialize(plain, SignInFlowJson.Default.SignInFlow);
        return flow is not null && now - flow.Begun is { } age && age >= TimeSpan.Zero && age <= Life ? flow : null;
    }

    private bool Fits => ToJson().Length <= SizeLimit;

    private byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, SignInFlowJson.Default.SignInFlow);

    private static byte[] Bound(string host, string state) => Encoding.UTF8.GetBytes($"{host}|{state}");

    private static string Secret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}

[JsonSerializable(typeof(SignInFlow))]
internal sealed partial class SignInFlowJson : JsonSerializerContext;
