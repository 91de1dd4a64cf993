using Doorward.Gateway.Connections;
using Doorward.Gateway.Enforcement;
using Doorward.Gateway.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Forwarder;

namespace Doorward.Gateway.Forwarding;

/// <summary>
/// What changes between client and upstream, and nothing else: owned headers go, ours come, the target is the canonical one byte for
/// byte, and the upstream's answer cannot speak in our name.
/// </summary>
internal sealed class ForwardTransformer(CanonicalRequest request, ForwardedIdentity identity, HeaderRules rules) : HttpTransformer
{
    private const string OursPrefix = "Doorward-";

    // YARP would normalise the target a second time, and turn %2f into %252f.
    private static readonly UriCreationOptions s_exact = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly CookieRules _cookies = CookieRules.For(request.Route!);

    public override async ValueTask TransformRequestAsync(
        HttpContext context, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        RemoveFromClient(context.Request.Headers);
        await base.TransformRequestAsync(context, proxyRequest, destinationPrefix, cancellationToken);
        proxyRequest.RequestUri = new Uri(destinationPrefix + request.ForwardTarget, s_exact);
        SetOurs(context, proxyRequest);
    }

    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext context, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        // Thrown here, it becomes a 502: a client that asked for no other protocol would take what follows for one, and 000 is no status.
        if (proxyResponse is not null && !IsAnswer((int)proxyResponse.StatusCode)) throw new IOException($"The upstream answered with status {(int)proxyResponse.StatusCode}.");
        var copied = await base.TransformResponseAsync(context, proxyResponse, cancellationToken);
        if (proxyResponse is null) return copied;
        foreach (var nominated in Nominated(proxyResponse.Headers.TryGetValues("Connection", out var options) ? options.ToArray() : StringValues.Empty))
        {
            context.Response.Headers.Remove(nominated);
        }

        RemoveFromUpstream(context.Response.Headers);
        var isEvents = proxyResponse.Content.Headers.ContentType?.MediaType == "text/event-stream";
        if (isEvents && context.Features.Get<LiveConnection>() is { } connection) connection.Kind = ConnectionKind.EventStream;
        if (isEvents || IsStream(proxyResponse)) await SendHeadersAsync(context.Response, cancellationToken);
        return copied;
    }

    public override async ValueTask TransformResponseTrailersAsync(
        HttpContext context, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        // Set-Cookie has no business in a trailer (RFC 9110 section 6.5.1), and never is in one: HttpClient drops what may not stand there.
        foreach (var trailer in proxyResponse.TrailingHeaders.Where(t => IsOurs(t.Key)).ToList())
        {
            proxyResponse.TrailingHeaders.Remove(trailer.Key);
        }

        await base.TransformResponseTrailersAsync(context, proxyResponse, cancellationToken);
    }

    private void RemoveFromClient(IHeaderDictionary headers)
    {
        List<string>? refused = null;
        foreach (var (name, _) in headers)
        {
            if (!rules.Passes(name)) (refused ??= []).Add(name);
        }

        // What Connection nominates is for one hop (RFC 9110 section 7.6.1); YARP forwards it. Ours are set later, so that none can be nominated away.
        foreach (var nominated in Nominated(headers.Connection)) (refused ??= []).Add(nominated);
        if (refused is not null)
        {
            foreach (var name in refused) headers.Remove(name);
        }

        if (identity.ConsumedAuthorization) headers.Remove("Authorization");
        if (headers.Cookie.Count > 0) headers.Cookie = _cookies.RemoveOurs(headers.Cookie);
    }

    // YARP sends headers with the first bytes of the body. Who waits for the one before sending the other would wait for ever on a quiet
    // stream. What is only headers says grpc-status there, and must go out with its end (gRPC over HTTP/2, "Trailers-Only").
    private static bool IsStream(HttpResponseMessage response) => !response.Headers.Contains("grpc-status")
        && (response.Content.Headers.ContentType?.MediaType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) ?? false);

    private static async Task SendHeadersAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        try
        {
            await response.Body.FlushAsync(cancellationToken);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // Copying the body will find out, and says so.
        }
    }

    private static IEnumerable<string> Nominated(StringValues connection)
    {
        if (connection.Count == 0 || HeaderScan.IsExactly(connection, "keep-alive") || HeaderScan.IsExactly(connection, "upgrade")) return [];
        return connection.ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(name => !IsFraming(name));
    }

    // Nominating these must not change what the request is.
    private static bool IsFraming(string name) => name.ToLowerInvariant() is "host" or "content-length" or "transfer-encoding" or "connection"
        or "upgrade" or "te" or "close" or "keep-alive" or "content-type" or "expect";

    private void SetOurs(HttpContext context, HttpRequestMessage proxyRequest)
    {
        var headers = proxyRequest.Headers;
        headers.Host = request.Route!.Definition.PreserveHost ? request.Authority.ToString() : null;
        Set("X-Forwarded-For", context.Features.Get<LiveConnection>()?.Address ?? ClientAddress.Of(context).ToString());
        Set("X-Forwarded-Proto", request.ServerName is null ? "http" : "https");
        Set("X-Forwarded-Host", request.Authority.ToString());
        Set(ForwardedIdentity.CertificateHeader, identity.ClientCertificate);
        Set("Doorward-Client", identity.Client);
        Set("Doorward-Assertion", identity.Assertion);
        Set("Doorward-User", identity.User);
        Set("Doorward-Email", identity.Email);
        Set("Doorward-Groups", identity.Groups);

        void Set(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) headers.TryAddWithoutValidation(name, value);
        }
    }

    private void RemoveFromUpstream(IHeaderDictionary headers)
    {
        List<string>? ours = null;
        foreach (var (name, _) in headers)
        {
            if (IsOurs(name)) (ours ??= []).Add(name);
        }

        foreach (var name in ours ?? []) headers.Remove(name);
        if (headers.SetCookie.Count > 0 && headers.SetCookie.Any(_cookies.SetsOurs))
        {
            headers.SetCookie = headers.SetCookie.Where(cookie => !_cookies.SetsOurs(cookie)).ToArray();
        }
    }

    private bool IsAnswer(int status) => status is >= 200 and <= 999 || (status == 101 && request.Upgrade != UpgradeKind.None);

    private static bool IsOurs(string name) => name.StartsWith(OursPrefix, StringComparison.OrdinalIgnoreCase);
}
