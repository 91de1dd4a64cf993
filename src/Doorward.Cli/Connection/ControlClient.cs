using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Doorward.Cli.Connection;

/// <summary>Speaks to the admin API, over the local socket or through the gateway. Every failure is a <see cref="CommandFailure"/>.</summary>
internal sealed class ControlClient : IDisposable
{
    private const long LargeBody = 1 << 20;
    private const int LargestPage = 500;
    private readonly ControlEndpoint endpoint;
    private readonly HttpClient http;

    public ControlClient(ControlEndpoint endpoint)
    {
        this.endpoint = endpoint;
        http = new HttpClient(Handler(endpoint))
        {
            BaseAddress = endpoint is ControlEndpoint.Remote remote ? remote.Server : new Uri("http://localhost/"),
            Timeout = TimeSpan.FromMinutes(2),
        };
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (endpoint is ControlEndpoint.Remote { Token: var token })
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    public Task<JsonNode> GetAsync(string path, CancellationToken cancel) => SendAsync(HttpMethod.Get, path, null, cancel);

    public Task<JsonNode> PostAsync(string path, JsonNode? body, CancellationToken cancel) => SendAsync(HttpMethod.Post, path, body, cancel);

    /// <summary>Replaces what is there, if it is still the version that was read.</summary>
    public Task<JsonNode> PutAsync(string path, JsonNode body, long version, CancellationToken cancel) => SendAsync(HttpMethod.Put, path, body, cancel, version);

    public Task<JsonNode> DeleteAsync(string path, CancellationToken cancel) => SendAsync(HttpMethod.Delete, path, null, cancel);

    /// <summary>Follows `next` until the list ends, so that a command sees every item, or so many.</summary>
    public async Task<JsonArray> ListAsync(string path, CancellationToken cancel, int most = int.MaxValue)
    {
        var all = new JsonArray();
        for (string? cursor = null; ;)
        {
            var address = cursor is null ? path : $"{path}{(path.Contains('?') ? '&' : '?')}cursor={Uri.EscapeDataString(cursor)}";
            var page = await GetAsync(address, cancel);
            foreach (var item in page["items"]?.AsArray() ?? [])
            {
                if (all.Count == most)
                {
                    return all;
                }

                all.Add(item?.DeepClone());
            }

            cursor = page["next"]?.GetValue<string>();
            if (cursor is null)
            {
                return all;
            }
        }
    }

    /// <summary>The same of a question that is posted: its answer, with the items of all pages.</summary>
    public async Task<JsonObject> AskAllAsync(string path, JsonObject question, CancellationToken cancel)
    {
        var all = new JsonArray();
        while (true)
        {
            var page = await PostAsync(path, question, cancel);
            foreach (var item in page["items"]?.AsArray() ?? [])
            {
                all.Add(item?.DeepClone());
            }

            if (page["next"]?.GetValue<string>() is not { } cursor)
            {
                return new JsonObject { ["items"] = all };
            }

            question["cursor"] = cursor;
            question["limit"] = LargestPage;
        }
    }

    /// <summary>An answer read as it arrives; the caller disposes it.</summary>
    public async Task<Stream> OpenAsync(HttpMethod method, string path, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, "api/v1/" + path);
        var response = await ExchangeAsync(request, cancel);
        return await response.Content.ReadAsStreamAsync(cancel);
    }

    public void Dispose() => http.Dispose();

    private async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonNode? body, CancellationToken cancel, long? version = null)
    {
        using var request = new HttpRequestMessage(method, "api/v1/" + path);
        if (version is not null) request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{version}\""));
        if (body is not null)
        {
            // Written out first: its length tells the server at once what is too large, before anything is sent.
            request.Content = JsonContent.Create(body);
            await request.Content.LoadIntoBufferAsync(cancel);
            request.Headers.ExpectContinue = request.Content.Headers.ContentLength > LargeBody;
        }

        using var response = await ExchangeAsync(request, cancel);
        return response.StatusCode == HttpStatusCode.NoContent
            ? new JsonObject()
            : await response.Content.ReadFromJsonAsync<JsonNode>(cancel) ?? new JsonObject();
    }

    private async Task<HttpResponseMessage> ExchangeAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        HttpResponseMessage response;
        try
        {
            response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        }
        catch (HttpRequestException error)
        {
            throw Unreachable(error);
        }
        catch (TaskCanceledException error) when (!cancel.IsCancellationRequested)
        {
            throw new CommandFailure("no answer within two minutes", "look at the log of `doorward up`", endpoint.Name, error);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await Problem.ReadAsync(response, endpoint, cancel);
        }
    }

    private CommandFailure Unreachable(HttpRequestException error) => (endpoint, error.InnerException) switch
    {
        (ControlEndpoint.Local, SocketException { SocketErrorCode: SocketError.AccessDenied }) =>
            new CommandFailure("the socket belongs to another user", "run this as the user who runs `doorward up`", endpoint.Name, error),
        (ControlEndpoint.Local local, SocketException) =>
            new CommandFailure("nothing is running there", $"start it with `doorward up --data {local.Data}`, or name another with --data or --server", endpoint.Name, error) { NothingRuns = true },
        (_, AuthenticationException) =>
            new CommandFailure("its certificate is not trusted here", "run `doorward trust install` with the installation's ca.pem", endpoint.Name, error),
        (ControlEndpoint.Local, _) =>
            new CommandFailure("the connection broke off", "look at the log of `doorward up`", endpoint.Name, error),
        _ => new CommandFailure("cannot be reached", "check the address, and that `doorward up` runs there", endpoint.Name, error),
    };

    private static SocketsHttpHandler Handler(ControlEndpoint endpoint)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, Expect100ContinueTimeout = TimeSpan.FromSeconds(30), UseProxy = endpoint is ControlEndpoint.Remote { Listener: null } };
        switch (endpoint)
        {
            case ControlEndpoint.Local local:
                handler.ConnectCallback = (_, cancel) => DialAsync(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified),
                    new UnixDomainSocketEndPoint(local.SocketPath), cancel);
                break;
            // *.localhost and names of a test domain are not known to the resolver: dial what was recorded.
            case ControlEndpoint.Remote { Listener: { } listener }:
                handler.ConnectCallback = (_, cancel) => DialAsync(new Socket(listener.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true },
                    listener, cancel);
                break;
        }

        if (endpoint is ControlEndpoint.Remote { Trusted: { } trusted })
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(trusted);
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        }

        return handler;
    }

    private static async ValueTask<Stream> DialAsync(Socket socket, EndPoint destination, CancellationToken cancel)
    {
        try
        {
            await socket.ConnectAsync(destination, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
