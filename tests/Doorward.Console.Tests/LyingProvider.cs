using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Doorward.Console.Tests;

/// <summary>An OpenID Connect provider over real HTTP that lies in one place at a time: what providers of others' making cannot be made to do.</summary>
internal sealed class LyingProvider : IAsyncDisposable
{
    public const string ClientSecret = "a secret of the client that is long enough";

    // Written as an IPv6 address this is no loopback address to anybody: what is asked there would be answered, in the clear.
    private static readonly IPAddress Second = IPAddress.Parse("127.0.0.2");
    private readonly RSA key = RSA.Create(2048);
    private readonly RSA stranger = RSA.Create(2048);
    private readonly TimeProvider time;
    private WebApplication app = null!;
    private string elsewhere = "";

    private LyingProvider(TimeProvider time) => this.time = time;

    public string Issuer { get; private set; } = "";
    public string Lie { get; set; } = "";
    public string Nonce { get; set; } = "";
    public string Acr { get; set; } = "urn:corp:mfa";
    public long? AuthTime { get; set; }
    public object? EmailVerified { get; set; } = true;

    public static async Task<LyingProvider> StartAsync(TimeProvider time)
    {
        var provider = new LyingProvider(time);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(Second, 0);
        });
        provider.app = builder.Build();
        provider.app.MapGet("/.well-known/openid-configuration", () => Results.Json(provider.Metadata()));
        provider.app.MapGet("/keys", () => Results.Json(provider.Keys()));
        provider.app.MapPost("/token", () => Results.Json(new { access_token = "at", token_type = "Bearer", expires_in = 60, id_token = provider.IdToken() }));
        provider.app.MapGet("/userinfo", () => Results.Json(new { sub = provider.Lie == "userinfo-other" ? "sub-2" : "sub-1", preferred_username = "dana", email = "dana@corp.example", email_verified = provider.EmailVerified }));
        await provider.app.StartAsync();
        var addresses = provider.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.ToList();
        provider.Issuer = addresses[0];
        provider.elsewhere = $"http://[::ffff:{Second}]:{new Uri(addresses[1]).Port}";
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Dispose();
        stranger.Dispose();
    }

    private Dictionary<string, object> Metadata() => new()
    {
        ["issuer"] = Lie == "issuer-moved" ? "https://elsewhere.example" : Issuer,
        ["authorization_endpoint"] = $"{Issuer}/authorize",
        ["token_endpoint"] = $"{Issuer}/token",
        ["userinfo_endpoint"] = $"{(Lie == "plain-userinfo" ? elsewhere : Issuer)}/userinfo",
        ["jwks_uri"] = $"{Issuer}/keys",
    };

    private object Keys() => new { keys = new[] { Jwk(key, "k1") } };

    private static Dictionary<string, string> Jwk(RSA key, string id)
    {
        var numbers = key.ExportParameters(includePrivateParameters: false);
        return new() { ["kty"] = "RSA", ["kid"] = id, ["n"] = Base64Url.EncodeToString(numbers.Modulus), ["e"] = Base64Url.EncodeToString(numbers.Exponent) };
    }

    private string IdToken()
    {
        var now = time.GetUtcNow();
        var claims = new Dictionary<string, object?>
        {
            ["iss"] = Lie == "iss-other" ? "https://elsewhere.example" : Issuer,
            ["aud"] = Lie switch { "aud-other" => "another", "aud-many-no-azp" => new[] { "doorward", "another" }, _ => "doorward" },
            ["sub"] = Lie == "no-sub" ? null : "sub-1",
            ["azp"] = Lie == "azp-other" ? "another" : null,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["nbf"] = Lie == "not-yet" ? now.AddMinutes(5).ToUnixTimeSeconds() : null,
            ["exp"] = Lie switch { "expired" => now.AddMinutes(-2).ToUnixTimeSeconds(), "no-exp" => null, _ => now.AddMinutes(5).ToUnixTimeSeconds() },
            ["nonce"] = Lie switch { "nonce-other" => "other", "no-nonce" => null, _ => Nonce },
            ["acr"] = Acr,
            ["auth_time"] = AuthTime,
        };
        foreach (var name in claims.Where(static claim => claim.Value is null).Select(static claim => claim.Key).ToList())
            claims.Remove(name);
        var header = new Dictionary<string, object>
        {
            ["typ"] = "JWT",
            ["alg"] = Lie switch { "alg-none" => "none", "alg-hs256" => "HS256", _ => "RS256" },
            ["kid"] = Lie is "key-unknown" or "key-embedded" ? "k2" : "k1",
        };
        if (Lie == "key-embedded")
            header["jwk"] = Jwk(stranger, "k2");
        var input = $"{Text(header)}.{Text(claims)}";
        var token = $"{input}.{Base64Url.EncodeToString(Sign(Encoding.ASCII.GetBytes(input)))}";
        return Lie == "altered" ? token.Replace(Text(claims), Text(new Dictionary<string, object?>(claims) { ["sub"] = "sub-3" }), StringComparison.Ordinal) : token;
    }

    private byte[] Sign(byte[] input) => Lie switch
    {
        "alg-none" => [],
        "alg-hs256" => HMACSHA256.HashData(Encoding.UTF8.GetBytes(ClientSecret), input),
        "key-unknown" or "key-embedded" => stranger.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        _ => key.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
    };

    private static string Text(object value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));
}
