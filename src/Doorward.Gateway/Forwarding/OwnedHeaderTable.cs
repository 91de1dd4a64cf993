using System.Collections.Immutable;

namespace Doorward.Gateway.Forwarding;

/// <summary>
/// Headers that upstreams believe, and clients may therefore not send (design section 9). Removed from every request; the gateway then
/// sets its own, once. Tests have one case a row.
/// </summary>
internal static class OwnedHeaderTable
{
    private const string Ours = "the gateway's own assertion of identity";
    private const string Forwarding = "says where a request came from";
    private const string Rewriting = "replaces the address that policy judged";
    private const string Method = "replaces the method that policy judged";
    private const string Certificate = "claims a client certificate";
    private const string User = "claims an authenticated user";

    public static ImmutableArray<OwnedHeader> Rows { get; } =
    [
        new("Doorward-*", Ours),
        new("Forwarded", Forwarding),
        new("X-Forwarded", Forwarding),
        new("X-Forwarded-*", Forwarding),
        new("X-Real-*", Forwarding),
        new("X-Client-IP", Forwarding),
        new("X-Cluster-Client-IP", Forwarding),
        new("X-ProxyUser-IP", Forwarding),
        new("X-Host", Forwarding),
        new("X-Scheme", Forwarding),
        new("X-Url-Scheme", Forwarding),
        new("Client-IP", Forwarding),
        new("True-Client-IP", Forwarding),
        new("CF-Connecting-*", Forwarding),
        new("Fastly-Client-IP", Forwarding),
        new("X-Azure-*", Forwarding),
        new("X-Envoy-External-Address", Forwarding),
        new("X-Envoy-Internal", Forwarding),
        new("Front-End-Https", Forwarding),
        new("X-Original-*", Rewriting),
        new("X-Rewrite-*", Rewriting),
        new("X-Envoy-Original-*", Rewriting),
        new("X-HTTP-Method", Method),
        new("X-HTTP-Method-Override", Method),
        new("X-Method-Override", Method),
        new("Client-Cert", Certificate),
        new("Client-Cert-Chain", Certificate),
        new("X-Client-Cert*", Certificate),
        new("X-Client-DN", Certificate),
        new("X-Client-Verify", Certificate),
        new("SSL-Client-*", Certificate),
        new("X-SSL-*", Certificate),
        new("X-ARR-ClientCert", Certificate),
        new("X-Amzn-Mtls-*", Certificate),
        new("X-TLS-Client-*", Certificate),
        new("Remote-*", User),
        new("X-Remote-*", User),
        new("X-User*", User),
        new("X-Auth-User*", User),
        new("X-Proxy-User", User),
        new("X-Auth-Request-*", User),
        new("X-Authenticated-*", User),
        new("X-Authentik-*", User),
        new("X-WebAuth-*", User),
        new("X-Goog-Authenticated-User-*", User),
        new("X-Goog-Iap-*", User),
        new("X-Amzn-Oidc-*", User),
        new("X-MS-Client-Principal*", User),
        new("X-Appengine-User-*", User),
        new("X-Pomerium-*", User),
        new("Cf-Access-*", User),
        new("Tailscale-User-*", User),
        new("Proxy", "becomes HTTP_PROXY in a CGI program"),
    ];
}
