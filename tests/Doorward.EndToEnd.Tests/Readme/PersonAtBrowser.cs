using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace Doorward.EndToEnd.Tests.Readme;

/// <summary>Follows links and fills forms as a person would, without scripts, over TLS that trusts ca.pem and nothing else.</summary>
internal sealed partial class PersonAtBrowser : IDisposable
{
    private readonly HttpClient http;

    public PersonAtBrowser(int port, string authorityFile)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(authorityFile);
        var handler = new SocketsHttpHandler
        {
            CookieContainer = new CookieContainer(),
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy },
            // The resolver does not know *.localhost.
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, port, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        http = new HttpClient(handler);
        http.DefaultRequestHeaders.Add("Accept", "text/html");
        http.DefaultRequestHeaders.Add("Sec-Fetch-Mode", "navigate");
        http.DefaultRequestHeaders.Add("Sec-Fetch-Dest", "document");
    }

    /// <summary>Opens an address, signs in wherever it asks for it, and returns the page where that ends.</summary>
    public async Task<(HttpStatusCode Status, string Text)> OpenAsync(string address, string name, string password, Func<Task<string>> code)
    {
        var answer = await http.GetAsync(address);
        for (var form = 0; form < 6; form++)
        {
            var page = await answer.Content.ReadAsStringAsync();
            var fields = FieldsOf(page);
            if (fields is null || !(fields.ContainsKey("username") || fields.ContainsKey("password") || fields.ContainsKey("code")))
            {
                break;
            }

            Fill(fields, "username", name);
            Fill(fields, "password", password);
            Fill(fields, "code", fields.ContainsKey("code") ? await code() : "");
            var at = answer.RequestMessage!.RequestUri!;
            var target = new Uri(at, WebUtility.HtmlDecode(Action().Match(page).Groups[1].Value));
            using var post = new HttpRequestMessage(HttpMethod.Post, target) { Content = new FormUrlEncodedContent(fields) };
            post.Headers.Add("Origin", target.GetLeftPart(UriPartial.Authority));
            answer = await http.SendAsync(post);
        }

        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public void Dispose() => http.Dispose();

    private static void Fill(Dictionary<string, string> fields, string name, string value)
    {
        if (fields.ContainsKey(name))
        {
            fields[name] = value;
        }
    }

    private static Dictionary<string, string>? FieldsOf(string page) => Form().Match(page) is { Success: true } form
        ? Input().Matches(form.Value).Where(input => Name().IsMatch(input.Value)).DistinctBy(input => Name().Match(input.Value).Groups[1].Value)
            .ToDictionary(input => Name().Match(input.Value).Groups[1].Value, input => WebUtility.HtmlDecode(Value().Match(input.Value).Groups[1].Value))
        : null;

    [GeneratedRegex(@"(?is)<form\b[^>]*method=.?post.*?</form>")]
    private static partial Regex Form();

    [GeneratedRegex(@"(?i)<form\b[^>]*\baction=""([^""]*)""")]
    private static partial Regex Action();

    [GeneratedRegex(@"(?i)<input\b[^>]*>")]
    private static partial Regex Input();

    [GeneratedRegex(@"(?i)\bname=""([^""]*)""")]
    private static partial Regex Name();

    [GeneratedRegex(@"(?i)\bvalue=""([^""]*)""")]
    private static partial Regex Value();
}
