using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Http;

namespace Doorward.Control.Devices.Proofs;

/// <summary>What a page asks the device to sign: names a session and the page's origin, lives a minute, and is kept nowhere.</summary>
internal sealed class SessionChallenges(SecretSealer sealer, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);
    private const string Row = "session";

    public string Make(string session, string origin, BrowserPlace browser) => sealer.Seal(
        SecretPurposes.DeviceProof, Row, JsonSerializer.SerializeToUtf8Bytes(new Challenge(session, origin, browser, time.GetUtcNow()), JsonSerializerOptions.Web));

    /// <summary>Where the browser was that the challenge was given to, when it is ours, of this minute, of that page and for that session.</summary>
    public BrowserPlace? Read(string text, string origin, string session)
    {
        try
        {
            var challenge = JsonSerializer.Deserialize<Challenge>(sealer.Unseal(SecretPurposes.DeviceProof, Row, text), JsonSerializerOptions.Web);
            return challenge is not null && challenge.Origin == origin && challenge.Session == session && time.GetUtcNow() - challenge.At is { } age && age >= TimeSpan.Zero && age <= Lifetime
                ? challenge.Browser
                : null;
        }
        catch (Exception unlike) when (unlike is CryptographicException or JsonException)
        {
            return null;
        }
    }

    private sealed record Challenge(string Session, string Origin, BrowserPlace Browser, DateTimeOffset At);
}

/// <summary>Where a browser is, and what kind of client it is by its handshake with a gateway.</summary>
internal sealed record BrowserPlace(string Address, string Client)
{
    // Only a gateway sets it: it removes a client's.
    private const string Header = "Doorward-Client";

    public static BrowserPlace Of(HttpContext http) => new(Text(http.Connection.RemoteIpAddress), http.Request.Headers[Header].ToString());

    public static string Text(IPAddress? address) => (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString() ?? "";
}
