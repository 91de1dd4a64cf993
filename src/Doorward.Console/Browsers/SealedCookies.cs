using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Doorward.Console.Browsers;

/// <summary>
/// State of people who are not signed in yet: encrypted in their own browser, because memory that strangers can fill is
/// a way to bring the system down. Bound to the cookie's name, and void after its time by our clock.
/// </summary>
internal sealed class SealedCookies(IDataProtectionProvider protection, TimeProvider time)
{
    internal void Write<T>(HttpContext http, string name, T value, TimeSpan lifetime)
    {
        var sealedText = Protector(name).Protect(JsonSerializer.Serialize(new Sealed<T>(value, time.GetUtcNow() + lifetime)));
        http.Response.Cookies.Append(name, sealedText, Options(lifetime));
    }

    /// <summary>Null when absent, altered, expired, or of an earlier version: then the browser starts again.</summary>
    internal T? Read<T>(HttpContext http, string name)
        where T : class
    {
        if (!http.Request.Cookies.TryGetValue(name, out var text))
            return null;
        try
        {
            var found = JsonSerializer.Deserialize<Sealed<T>>(Protector(name).Unprotect(text));
            return found is not null && found.Expires > time.GetUtcNow() ? found.Value : null;
        }
        catch (Exception e) when (e is CryptographicException or JsonException or FormatException)
        {
            return null;
        }
    }

    internal static void Delete(HttpContext http, string name)
    {
        if (http.Request.Cookies.ContainsKey(name))
            http.Response.Cookies.Delete(name, Options(null));
    }

    internal static CookieOptions Options(TimeSpan? lifetime) => new()
    {
        Secure = true,
        HttpOnly = true,
        Path = "/",
        // Lax: people arrive from OIDC clients and identity providers on other sites.
        SameSite = SameSiteMode.Lax,
        MaxAge = lifetime,
        IsEssential = true,
    };

    private IDataProtector Protector(string name) => protection.CreateProtector("Doorward.Console.Cookies", name);

    private sealed record Sealed<T>(T Value, DateTimeOffset Expires);
}
