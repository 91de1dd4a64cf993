using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Doorward.Console.Tests;

/// <summary>What a browser without script does: keeps cookies, follows redirects within the sign-in host, fills in forms.</summary>
internal sealed partial class TestBrowser : IDisposable
{
    private readonly AuthHost host;
    private readonly HttpClient http;

    public TestBrowser(AuthHost host)
    {
        this.host = host;
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, host.ListeningPort, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
            SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == host.Certificate.Thumbprint },
        });
    }

    public Dictionary<string, string> Cookies { get; } = [];

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null, null);

    public Task<Answer> PostAsync(string path, Dictionary<string, string> fields, string? origin = "own") =>
        SendAsync(HttpMethod.Post, path, fields, origin == "own" ? AuthHost.Origin : origin);

    /// <summary>Fills in the form that has these fields, as the page sent it, and sends it.</summary>
    public Task<Answer> SubmitAsync(Answer page, Dictionary<string, string> fields, string? origin = "own")
    {
        var form = page.Forms.First(form => fields.Keys.All(form.Inputs.ContainsKey));
        var filled = new Dictionary<string, string>(form.Inputs);
        foreach (var (name, value) in fields)
            filled[name] = value;
        return PostAsync(form.Action, filled, origin);
    }

    public async Task<Answer> SignInAsync(string name, string path = "/signin", string? code = null)
    {
        var second = await SubmitAsync(await GetAsync(path), new() { ["username"] = name, ["password"] = AuthHost.Password });
        return await SubmitAsync(second, new() { ["code"] = code ?? host.Code() });
    }

    /// <summary>Goes on to other hosts and back, as a browser does, with a cookie jar of its own for them.</summary>
    public async Task<Answer> FollowAsync(Answer answer, string? stopBefore = null)
    {
        using var elsewhere = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        for (var hops = 0; hops < 20 && answer.Location is { } location && (stopBefore is null || !location.Contains(stopBefore, StringComparison.Ordinal)); hops++)
        {
            if (location.StartsWith(AuthHost.Origin, StringComparison.Ordinal))
            {
                answer = await GetAsync(location[AuthHost.Origin.Length..]);
                continue;
            }
            using var response = await elsewhere.GetAsync(location);
            var next = response.Headers.Location is { } relative ? new Uri(new Uri(location), relative).AbsoluteUri : null;
            answer = new Answer(response.StatusCode, next, await response.Content.ReadAsStringAsync(), location, response);
        }
        return answer;
    }

    public void Dispose() => http.Dispose();

    private async Task<Answer> SendAsync(HttpMethod method, string path, Dictionary<string, string>? fields, string? origin)
    {
        for (var hops = 0; hops < 10; hops++)
        {
            using var request = new HttpRequestMessage(method, $"{AuthHost.Origin}{path}") { Content = fields is null ? null : new FormUrlEncodedContent(fields) };
            if (origin is not null)
                request.Headers.Add("Origin", origin);
            if (Cookies.Count > 0)
                request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
            using var response = await http.SendAsync(request);
            Keep(response);
            var location = response.Headers.Location?.OriginalString;
            if (location is null || !location.StartsWith('/'))
                return new Answer(response.StatusCode, WebUtility.HtmlDecode(location), await response.Content.ReadAsStringAsync(), path, response);
            (method, path, fields, origin) = (HttpMethod.Get, location, null, null);
        }
        throw new InvalidOperationException("Too many redirects.");
    }

    private void Keep(HttpResponseMessage response)
    {
        foreach (var line in response.Headers.TryGetValues("Set-Cookie", out var lines) ? lines : [])
        {
            var (name, rest) = (line[..line.IndexOf('=')], line[(line.IndexOf('=') + 1)..]);
            if (rest.Contains("expires=Thu, 01 Jan 1970", StringComparison.OrdinalIgnoreCase))
                Cookies.Remove(name);
            else
                Cookies[name] = rest.Split(';')[0];
        }
    }

    [GeneratedRegex("""<form[^>]*action="(?<action>[^"]*)"[^>]*>(?<body>.*?)</form>""", RegexOptions.Singleline)]
    private static partial Regex FormTag();

    [GeneratedRegex("""<input[^>]*>""")]
    private static partial Regex InputTag();

    [GeneratedRegex("""(?<name>name|value)="(?<text>[^"]*)"(?=[\s>])""")]
    private static partial Regex Attribute();

    internal sealed record Form(string Action, Dictionary<string, string> Inputs);

    internal sealed record Answer(HttpStatusCode Status, string? Location, string Html, string Path, HttpResponseMessage Response)
    {
        public IReadOnlyList<Form> Forms => [.. FormTag().Matches(Html).Select(form => new Form(
            WebUtility.HtmlDecode(form.Groups["action"].Value),
            InputTag().Matches(form.Groups["body"].Value)
                .Select(input => Attribute().Matches(input.Value).ToDictionary(found => found.Groups["name"].Value, found => WebUtility.HtmlDecode(found.Groups["text"].Value)))
                .Where(input => input.ContainsKey("name"))
                .ToDictionary(input => input["name"], input => input.GetValueOrDefault("value", ""))))];
    }
}
