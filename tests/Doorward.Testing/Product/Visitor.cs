using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace Doorward.Testing.Product;

/// <summary>
/// A person with a browser that runs no script: a cookie jar for each host, forms filled by hand, every name dialled at one
/// port of loopback, and trust in the installation's own CA and nothing else.
/// </summary>
public sealed partial class Visitor : IDisposable
{
    public const string Password = "correct horse battery staple 47!";
    public const string TotpSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    private readonly int _port;
    private readonly string _caFile;
    private readonly HttpClient _http;
    private readonly Dictionary<string, Dictionary<string, string>> _cookies = new(StringComparer.Ordinal);

    /// <param name="port">Of the gateway.</param>
    /// <param name="caFile">What is trusted.</param>
    /// <param name="from">The address of this machine that connections come from; null for the usual one.</param>
    public Visitor(int port, string caFile, IPAddress? from = null)
    {
        (_port, _caFile) = (port, caFile);
        Handler = NewHandler(port, caFile, from);
        _http = new HttpClient(Handler);
    }

    /// <summary>Dials and trusts as the visitor does; for clients of other kinds, such as WebSockets.</summary>
    public SocketsHttpHandler Handler { get; }

    /// <summary>Another such handler, with connections of its own.</summary>
    public SocketsHttpHandler NewHandler() => NewHandler(_port, _caFile);

    public string? Cookie(string host, string name) => _cookies.GetValueOrDefault(host)?.GetValueOrDefault(name);

    public void SetCookie(string host, string name, string value) => Jar(host)[name] = value;

    public string CookieHeader(string host) => string.Join("; ", Jar(host).Select(cookie => $"{cookie.Key}={cookie.Value}"));

    /// <summary>
    /// One request as a browser navigating, or as a script when <paramref name="api"/>; redirects are not followed. As in a browser, a GET
    /// whose connection was closed before a word of the answer, for instance because a cut ended it that moment, is asked once more.
    /// </summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string url, IEnumerable<KeyValuePair<string, string>>? form = null, bool api = false, bool stream = false)
    {
        try
        {
            return await SendOnceAsync(method, url, form, api, stream);
        }
        catch (HttpRequestException lost) when (method == HttpMethod.Get && lost.InnerException is IOException)
        {
            return await SendOnceAsync(method, url, form, api, stream);
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpMethod method, string url, IEnumerable<KeyValuePair<string, string>>? form, bool api, bool stream)
    {
        using var request = new HttpRequestMessage(method, url);
        var host = request.RequestUri!.Host;
        request.Headers.TryAddWithoutValidation("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) tests");
        request.Headers.TryAddWithoutValidation("Accept", api ? "application/json" : "text/html,*/*;q=0.8");
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Mode", api ? "cors" : "navigate");
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Dest", api ? "empty" : "document");
        if (Jar(host).Count > 0)
            request.Headers.TryAddWithoutValidation("Cookie", CookieHeader(host));
        if (form is not null)
        {
            request.Content = new FormUrlEncodedContent(form);
            request.Headers.TryAddWithoutValidation("Origin", request.RequestUri.GetLeftPart(UriPartial.Authority));
        }

        var response = await _http.SendAsync(request, stream ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead);
        Keep(host, response.Headers);
        return response;
    }

    /// <summary>Like <see cref="SendAsync"/>, and follows redirects as a browser does.</summary>
    public async Task<HttpResponseMessage> FollowAsync(HttpMethod method, string url, IEnumerable<KeyValuePair<string, string>>? form = null)
    {
        for (var hop = 0; hop < 20; hop++)
        {
            var response = await SendAsync(method, url, form);
            if (await NextAsync(response) is not { } location)
                return response;
            url = new Uri(new Uri(url), location).ToString();
            if ((int)response.StatusCode < 304)
                (method, form) = (HttpMethod.Get, null);
            response.Dispose();
        }

        throw new InvalidOperationException($"Too many redirects, last to {url}");
    }

    /// <summary>Where a browser without scripts would go on by itself; null when it stays.</summary>
    private static async Task<string?> NextAsync(HttpResponseMessage response)
    {
        if ((int)response.StatusCode is 301 or 302 or 303 or 307 or 308) return response.Headers.Location?.OriginalString;
        var refresh = Refresh().Match(response.Content.Headers.ContentType?.MediaType == "text/html" ? await response.Content.ReadAsStringAsync() : "");
        return refresh.Success ? WebUtility.HtmlDecode(refresh.Groups[1].Value) : null;
    }

    [GeneratedRegex("""<noscript><meta http-equiv="refresh" content="0;url=([^"]*)" ?/?>""")]
    private static partial Regex Refresh();

    /// <summary>Opens the address and fills in whatever sign-in forms come; ends where that ends.</summary>
    public async Task<HttpResponseMessage> SignInAsync(string url, string user, string? password = null, string? secret = null)
    {
        var response = await FollowAsync(HttpMethod.Get, url);
        for (var step = 0; step < 6; step++)
        {
            var at = response.RequestMessage!.RequestUri!;
            var form = HtmlForm.FindSignIn(await response.Content.ReadAsStringAsync());
            if (form is null || string.Equals(at.Host, new Uri(url).Host, StringComparison.Ordinal))
                break;
            form.Fill("username", user);
            form.Fill("password", password ?? Password);
            form.Fill("code", Totp.Now(secret ?? TotpSecret));
            response = await FollowAsync(HttpMethod.Post, new Uri(at, form.Action).ToString(), form.Fields);
        }

        return response;
    }

    public void Dispose() => _http.Dispose();

    public static SocketsHttpHandler NewHandler(int port, string caFile, IPAddress? from = null)
    {
        var root = X509CertificateLoader.LoadCertificateFromFile(caFile);
        var handler = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false };
        handler.ConnectCallback = async (_, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            if (from is not null) socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { root },
        };
        return handler;
    }

    private Dictionary<string, string> Jar(string host) =>
        _cookies.TryGetValue(host, out var jar) ? jar : _cookies[host] = new Dictionary<string, string>(StringComparer.Ordinal);

    private void Keep(string host, HttpResponseHeaders headers)
    {
        foreach (var line in headers.TryGetValues("Set-Cookie", out var lines) ? lines : [])
        {
            var pair = line.Split(';', 2);
            var name = pair[0].Split('=', 2);
            var attributes = pair.Length > 1 ? pair[1].ToLowerInvariant() : "";
            if (attributes.Contains("max-age=0", StringComparison.Ordinal) || attributes.Contains("1970", StringComparison.Ordinal))
                Jar(host).Remove(name[0].Trim());
            else
                Jar(host)[name[0].Trim()] = name[1];
        }
    }
}
