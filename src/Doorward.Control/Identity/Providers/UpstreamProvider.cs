using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Resources.IdentityProviders;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Doorward.Control.Identity.Providers;

/// <summary>One provider: where to send people, and what to make of them when they come back (RFC 9700, OpenID Connect Core).</summary>
public sealed class UpstreamProvider : IDisposable
{
    private const int LongestAnswer = 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestSignIn = TimeSpan.FromDays(30);
    private readonly HttpClient http;
    private readonly ConfigurationManager<OpenIdConnectConfiguration> discovery;
    private readonly UpstreamTokens tokens;
    private readonly TimeProvider time;

    internal UpstreamProvider(string name, string json, IdentityProviderSpec spec, string? secret, Uri callback, TimeProvider time)
    {
        (Name, Json, Spec, Callback, this.time) = (name, json, spec, callback, time);
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, SslOptions = Trust(spec.CaPem), PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = Patience,
            MaxResponseContentBufferSize = LongestAnswer,
        };
        var loopback = spec.Issuer is { Scheme: "http", IsLoopback: true };
        discovery = new($"{spec.Issuer.OriginalString.TrimEnd('/')}/.well-known/openid-configuration",
            new OpenIdConnectConfigurationRetriever(), new HttpDocumentRetriever(http) { RequireHttps = !loopback });
        tokens = new UpstreamTokens(http, spec, secret, callback, time);
    }

    public string Name { get; }
    public string Display => Spec.DisplayName;
    internal string Json { get; }
    internal IdentityProviderSpec Spec { get; }

    /// <summary>One for each provider, so that no provider can pass for another (RFC 9700 section 4.4.2.2).</summary>
    private Uri Callback { get; }

    /// <summary>Where to send the browser, and what to remember until it is back.</summary>
    /// <exception cref="UpstreamException">The provider cannot be reached, or is not the one that was configured.</exception>
    public async Task<(Uri Address, UpstreamFlow Flow)> BeginAsync(SignInRequest request, bool again, CancellationToken cancel)
    {
        var metadata = await DiscoverAsync(cancel);
        var flow = new UpstreamFlow(Name, Random(), Random(), Random(), request.At(""))
        {
            NotBefore = request.MaxAge is { } age ? time.GetUtcNow() - age : null,
        };
        var query = new Dictionary<string, string?>
        {
            ["response_type"] = "code",
            ["client_id"] = Spec.ClientId,
            ["redirect_uri"] = Callback.OriginalString,
            ["scope"] = string.Join(' ', Spec.Scopes),
            ["state"] = flow.State,
            ["nonce"] = flow.Nonce,
            ["code_challenge"] = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(flow.Verifier))),
            ["code_challenge_method"] = "S256",
        };
        // Always a maximum age: with one the provider must say when the person signed in (OpenID Connect Core section 3.1.2.1).
        query["max_age"] = again ? "0" : LongestSignIn.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture);
        if (again)
            query["prompt"] = "login";
        var wanted = Spec.Acr.Where(level => level.Value >= request.Assurance).OrderBy(level => level.Value).Select(level => level.Key).ToList();
        if (request.Assurance > 1 && wanted.Count > 0)
            query["acr_values"] = string.Join(' ', wanted);
        return (new Uri(QueryHelpers.AddQueryString(metadata.AuthorizationEndpoint, query)), flow);
    }

    /// <summary>Exchanges the code and checks everything that vouches for the person.</summary>
    /// <exception cref="UpstreamException">Nothing of the answer may be believed.</exception>
    public async Task<UpstreamPerson> CompleteAsync(UpstreamFlow flow, string code, string? issuer, CancellationToken cancel)
    {
        var metadata = await DiscoverAsync(cancel);
        // RFC 9207: when it is there it must be right, and when the provider promises it, it must be there.
        var promised = metadata.AdditionalData.TryGetValue("authorization_response_iss_parameter_supported", out var value) && value is true or "true" or "True";
        if (issuer is null ? promised : issuer != metadata.Issuer)
            throw new UpstreamException("its answer names another provider");
        try
        {
            return await tokens.RedeemAsync(metadata, flow, code, cancel);
        }
        catch (UpstreamKeyException)
        {
            // The provider may have rolled its keys over since we looked.
            discovery.RequestRefresh();
            throw new UpstreamException("its signature could not be checked; try again");
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<OpenIdConnectConfiguration> DiscoverAsync(CancellationToken cancel)
    {
        OpenIdConnectConfiguration metadata;
        try
        {
            metadata = await discovery.GetConfigurationAsync(cancel);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or HttpRequestException or ArgumentException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new UpstreamException("it cannot be reached", e);
        }
        if (metadata.Issuer != Spec.Issuer.OriginalString)
            throw new UpstreamException("it calls itself by another issuer than the one that was configured");
        if (!IsFit(metadata.AuthorizationEndpoint) || !IsFit(metadata.TokenEndpoint) || !(string.IsNullOrEmpty(metadata.UserInfoEndpoint) || IsFit(metadata.UserInfoEndpoint)))
            throw new UpstreamException("its endpoints are not addresses that can be trusted");
        return metadata;
    }

    private bool IsFit(string? endpoint) => Uri.TryCreate(endpoint, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback && Spec.Issuer.IsLoopback));

    private static SslClientAuthenticationOptions Trust(string? caPem)
    {
        var options = new SslClientAuthenticationOptions();
        if (caPem is null)
            return options;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(caPem);
        options.CertificateChainPolicy = policy;
        return options;
    }

    private static string Random() => WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
}

/// <summary>A sign-in that is at a provider; kept in the browser's encrypted cookie.</summary>
public sealed record UpstreamFlow(string Provider, string State, string Nonce, string Verifier, string Query)
{
    /// <summary>The person must have signed in there no earlier, and the provider must say so.</summary>
    public DateTimeOffset? NotBefore { get; init; }
}

/// <summary>Who somebody is, as their provider says.</summary>
public sealed record UpstreamPerson
{
    public required string Issuer { get; init; }
    public required string Subject { get; init; }
    public string? Name { get; init; }
    public string? DisplayName { get; init; }

    /// <summary>An address that the provider verified, or that the operator lets count unverified.</summary>
    public string? Email { get; init; }
    public required IReadOnlyList<string> Groups { get; init; }
    public required int Assurance { get; init; }

    /// <summary>When they signed in there; the epoch when the provider does not say.</summary>
    public required DateTimeOffset Authenticated { get; init; }
}

/// <summary>A provider failed us; the message goes on "The provider ... : ".</summary>
public sealed class UpstreamException(string message, Exception? inner = null) : Exception(message, inner);

internal sealed class UpstreamKeyException() : Exception("No key of the provider fits.");
