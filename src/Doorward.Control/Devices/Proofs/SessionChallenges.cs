using System.Security.Cryptography;
using System.Text.Json;
using Doorward.Control.Storage;

namespace Doorward.Control.Devices.Proofs;

/// <summary>What a page asks the device to sign: names a session and the page's origin, lives a minute, and is kept nowhere.</summary>
internal sealed class SessionChallenges(SecretSealer sealer, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);
    private const string Row = "session";

    public string Make(string session, string origin) =>
        sealer.Seal(SecretPurposes.DeviceProof, Row, JsonSerializer.SerializeToUtf8Bytes(new Challenge(session, origin, time.GetUtcNow()), JsonSerializerOptions.Web));

    /// <summary>The session, when the challenge is ours, of this minute, and of that page.</summary>
    public string? Read(string text, string origin)
    {
        try
        {
            var challenge = JsonSerializer.Deserialize<Challenge>(sealer.Unseal(SecretPurposes.DeviceProof, Row, text), JsonSerializerOptions.Web);
            return challenge is not null && challenge.Origin == origin && time.GetUtcNow() - challenge.At is { } age && age >= TimeSpan.Zero && age <= Lifetime
                ? challenge.Session
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private sealed record Challenge(string Session, string Origin, DateTimeOffset At);
}
