using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Doorward.Control.Resources.IdentityProviders;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Doorward.Control.Identity.Providers;

/// <summary>Redeems a code at a provider's token endpoint and reads the ID token, believing nothing unchecked (RFC 8725).</summary>
internal sealed class UpstreamTokens(HttpClient http, IdentityProviderSpec spec, string? secret, Uri callback, TimeProvider time)
{
    // No HMAC (our secret would sign), no "none"; keys come from the key set alone, never from the token's header.
    private static readonly string[] Algorithms =
        [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512, SecurityAlgorithms.RsaSsaPssSha256,
         SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384];

    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    // A provider that does not say when: as long ago as can be, so that nothing opens that asks for a fresh sign-in.
    private static readonly DateTimeOffset Untold = DateTimeOffset.UnixEpoch;
    private static readonly JsonWebTokenHandler Reader = new() { MapInboundClaims = false };

    internal async Task<UpstreamPerson> RedeemAsync(OpenIdConnectConfiguration metadata, UpstreamFlow flow, string code, CancellationToken cancel)
    {
        var answer = await ExchangeAsync(metadata, flow, code, cancel);
        if (Text(answer, "id_token") is not { } idToken)
            throw new UpstreamException("it gave no ID token");
        var claims = await CheckAsync(metadata, flow, idToken);
        // OpenID Connect Core section 3.1.3.7, 13: what was asked with max_age must be checked, and not saying when is no answer.
        if (flow.NotBefore is { } earliest && !(AuthTime(claims) is { } at && at >= earliest - Skew))
            throw new UpstreamException("it did not have you sign in again");
        var more = NeedsUserInfo(claims) ? await AskAsync(metadata, answer, claims, cancel) : claims;
        return new UpstreamPerson
        {
            Issuer = metadata.Issuer,
            Subject = Text(claims, "sub")!,
            Name = Text(claims, spec.UsernameClaim) ?? Text(more, spec.UsernameClaim),
            DisplayName = Text(claims, "name") ?? Text(more, "name"),
            Email = Email(claims) ?? Email(more),
            Groups = spec.GroupsClaim is { } groups ? [.. Texts(claims, groups).Union(Texts(more, groups), StringComparer.Ordinal)] : [],
            Assurance = Assurance(claims),
            Authenticated = AuthTime(claims) ?? Untold,
        };
    }

    private async Task<JsonElement> ExchangeAsync(OpenIdConnectConfiguration metadata, UpstreamFlow flow, string code, CancellationToken cancel)
    {
        var fields = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["redirect_uri"] = callback.OriginalString,
            ["code_verifier"] = flow.Verifier,
            ["client_id"] = spec.ClientId,
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, metadata.TokenEndpoint);
        var post = metadata.TokenEndpointAuthMethodsSupported.Count > 0 && !metadata.TokenEndpointAuthMethodsSupported.Contains("client_secret_basic");
        if (secret is not null && post)
            fields["client_secret"] = secret;
        else if (secret is not null)
            // RFC 6749 section 2.3.1: both are form-encoded first.
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(spec.ClientId)}:{Uri.EscapeDataString(secret)}")));
        request.Content = new FormUrlEncodedContent(fields);
        return await SendAsync(request, "it refused the sign-in code", cancel);
    }

    private async Task<JsonElement> CheckAsync(OpenIdConnectConfiguration metadata, UpstreamFlow flow, string idToken)
    {
        var result = await Reader.ValidateTokenAsync(idToken, new TokenValidationParameters
        {
            ValidIssuer = metadata.Issuer,
            ValidAudience = spec.ClientId,
            ValidAlgorithms = Algorithms,
            IssuerSigningKeys = metadata.SigningKeys,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            LifetimeValidator = (notBefore, expires, _, _) =>
            {
                var now = time.GetUtcNow().UtcDateTime;
                return expires is { } end && end > now - Skew && (notBefore is not { } begin || begin <= now + Skew);
            },
        });
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException)
            throw new UpstreamKeyException();
        if (!result.IsValid || result.SecurityToken is not JsonWebToken token)
            throw new UpstreamException("its ID token is not valid", result.Exception);
        using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(token.EncodedPayload));
        var claims = payload.RootElement.Clone();
        var audiences = Texts(claims, "aud");
        if (string.IsNullOrEmpty(Text(claims, "sub")) || (audiences.Count > 1 && Text(claims, "azp") != spec.ClientId) || (Text(claims, "azp") is { } party && party != spec.ClientId))
            throw new UpstreamException("its ID token is for somebody else");
        if (Text(claims, "nonce") is not { } nonce || !CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(nonce), Encoding.UTF8.GetBytes(flow.Nonce)))
            throw new UpstreamException("its ID token is of another sign-in");
        return claims;
    }

    // Some providers tell name, address and groups only here.
    private async Task<JsonElement> AskAsync(OpenIdConnectConfiguration metadata, JsonElement answer, JsonElement claims, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(metadata.UserInfoEndpoint) || Text(answer, "access_token") is not { } accessToken)
            return claims;
        using var request = new HttpRequestMessage(HttpMethod.Get, metadata.UserInfoEndpoint);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        var told = await SendAsync(request, "it did not say who signed in", cancel);
        // OpenID Connect Core section 5.3.2: the subjects must be the same.
        return Text(told, "sub") == Text(claims, "sub") ? told : throw new UpstreamException("it speaks of two different people");
    }

    private async Task<JsonElement> SendAsync(HttpRequestMessage request, string otherwise, CancellationToken cancel)
    {
        try
        {
            using var response = await http.SendAsync(request, cancel);
            if (!response.IsSuccessStatusCode)
                throw new UpstreamException(otherwise);
            return await response.Content.ReadFromJsonAsync<JsonElement>(cancel);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or NotSupportedException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new UpstreamException("it cannot be reached", e);
        }
    }

    private bool NeedsUserInfo(JsonElement claims) =>
        Text(claims, spec.UsernameClaim) is null || Email(claims) is null || (spec.GroupsClaim is { } groups && !claims.TryGetProperty(groups, out _));

    // Applications take an address for an identity. What people can set for themselves at the provider is none, and
    // email_verified speaks of the claim email alone (OpenID Connect Core section 5.1).
    private string? Email(JsonElement told) => spec.UnverifiedEmail || (spec.EmailClaim == "email" && IsVerified(told)) ? Text(told, spec.EmailClaim) : null;

    private static bool IsVerified(JsonElement told) => told.ValueKind == JsonValueKind.Object && told.TryGetProperty("email_verified", out var value)
        && (value.ValueKind == JsonValueKind.True || (value.ValueKind == JsonValueKind.String && value.GetString() == "true"));

    private int Assurance(JsonElement claims)
    {
        var acr = Text(claims, "acr") is { } level && spec.Acr.TryGetValue(level, out var named) ? named : 1;
        return Texts(claims, "amr").Select(method => spec.Amr.GetValueOrDefault(method, 1)).Append(acr).Max();
    }

    // Not later than now, whatever the provider's clock says.
    private DateTimeOffset? AuthTime(JsonElement claims)
    {
        if (!claims.TryGetProperty("auth_time", out var value) || value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var seconds) || seconds < 0)
            return null;
        var now = time.GetUtcNow();
        return seconds > now.ToUnixTimeSeconds() ? now : DateTimeOffset.FromUnixTimeSeconds(seconds);
    }

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static IReadOnlyList<string> Texts(JsonElement of, string name)
    {
        if (of.ValueKind != JsonValueKind.Object || !of.TryGetProperty(name, out var value))
            return [];
        return value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array => [.. value.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)],
            _ => [],
        };
    }
}
