using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Doorward.Agent.Asking;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Devices.Reports;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Agent.Tests.Asking;

/// <summary>The agent's listener for pages, on a real socket of loopback. What was asked to be signed is noted.</summary>
public sealed class PageListenerTests : IAsyncDisposable
{
    private const string Origin = "https://auth.example.org:8443";
    private const string Body = """{"session":"ses_1","challenge":"sealed.1.abc"}""";
    private readonly FakeTimeProvider _time = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentQueue<ProofRequest> _signed = new();
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _running;
    private DeviceProblem? _problem;

    public PageListenerTests() => _running = new PageListener([0], _time, TextWriter.Null).RunAsync(Open, _ending.Token);

    [Fact]
    public async Task A_page_of_its_own_installation_is_let_ask_and_told_when_it_is_signed()
    {
        var permission = await AskAsync("OPTIONS", extra: "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type\r\nAccess-Control-Request-Private-Network: true\r\n");
        Assert.StartsWith("HTTP/1.1 204 ", permission, StringComparison.Ordinal);
        Assert.Contains($"Access-Control-Allow-Origin: {Origin}\r\n", permission, StringComparison.Ordinal);
        Assert.Contains("Access-Control-Allow-Private-Network: true\r\n", permission, StringComparison.Ordinal);
        Assert.Empty(_signed);

        Assert.StartsWith("HTTP/1.1 204 ", await AskAsync("POST"), StringComparison.Ordinal);
        Assert.Equal(new ProofRequest { Session = "ses_1", Challenge = "sealed.1.abc" }, Assert.Single(_signed));
        _problem = new DeviceProblem("held", "This device is held.", "Ask your administrator.");
        Assert.Contains("This device is held.", await AskAsync("POST"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no origin", 403)]
    [InlineData("another origin", 403)]
    [InlineData("an origin of another port", 403)]
    [InlineData("null", 403)]
    [InlineData("a name that leads here", 421)]
    [InlineData("localhost", 421)]
    [InlineData("another port", 421)]
    [InlineData("no host", 421)]
    [InlineData("two origins", 400)]
    [InlineData("two hosts", 400)]
    [InlineData("chunked", 400)]
    [InlineData("HTTP/1.0", 400)]
    [InlineData("another path", 404)]
    [InlineData("GET", 405)]
    [InlineData("a form's type", 400)]
    [InlineData("no JSON", 400)]
    [InlineData("no challenge", 400)]
    [InlineData("a body that is too long", 400)]
    [InlineData("a head that is too long", 400)]
    [InlineData("bytes that are no text", 400)]
    [InlineData("TLS", 400)]
    public async Task Whatever_else_asks_gets_nothing_signed_and_strangers_are_told_nothing_that_their_page_could_read(string what, int status)
    {
        var port = await _port.Task;
        var host = $"127.0.0.1:{port}";
        var answer = what switch
        {
            "no origin" => await AskAsync("POST", origin: null),
            "another origin" => await AskAsync("POST", origin: "https://evil.example"),
            "an origin of another port" => await AskAsync("POST", origin: "https://auth.example.org"),
            "null" => await AskAsync("POST", origin: "null"),
            "a name that leads here" => await AskAsync("POST", host: $"evil.example:{port}"),
            "localhost" => await AskAsync("POST", host: $"localhost:{port}"),
            "another port" => await AskAsync("POST", host: "127.0.0.1:80"),
            "no host" => await AskAsync("POST", host: null),
            "two origins" => await AskAsync("POST", extra: "Origin: https://evil.example\r\n"),
            "two hosts" => await AskAsync("POST", extra: $"Host: {host}\r\n"),
            "chunked" => await AskAsync("POST", extra: "Transfer-Encoding: chunked\r\n"),
            "HTTP/1.0" => await SendAsync(Encoding.ASCII.GetBytes($"POST {AgentAsk.Path} HTTP/1.0\r\nHost: {host}\r\nOrigin: {Origin}\r\n\r\n")),
            "another path" => await AskAsync("POST", path: "/"),
            "GET" => await AskAsync("GET"),
            "a form's type" => await AskAsync("POST", type: "text/plain"),
            "no JSON" => await AskAsync("POST", body: "hello"),
            "no challenge" => await AskAsync("POST", body: """{"session":"ses_1"}"""),
            "a body that is too long" => await AskAsync("POST", body: new string(' ', PageRequest.LongestBody + 1)),
            "a head that is too long" => await AskAsync("POST", extra: $"X-Long: {new string('x', PageRequest.LongestHead)}\r\n"),
            "bytes that are no text" => await AskAsync("POST", extra: "X-Text: \u00ff\r\n"),
            _ => await SendAsync([22, 3, 1, 0, 4, 13, 10, 13, 10]),
        };
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Equal(status is 404 or 405 || what is "a form's type" or "no JSON" or "no challenge", answer.Contains("Access-Control", StringComparison.Ordinal));
        Assert.Empty(_signed);
    }

    [Fact]
    public async Task Who_is_slow_is_let_go_after_two_seconds_and_of_a_hundred_at_once_some_are_and_the_next_gets_in()
    {
        var port = await _port.Task;
        var slow = new List<TcpClient>();
        for (var i = 0; i < 100; i++)
        {
            var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);
            await client.GetStream().WriteAsync("POST "u8.ToArray());
            slow.Add(client);
        }

        // Those above the limit are closed at once; the others hold their places.
        var ended = slow.ConvertAll(static client => EndAsync(client));
        await EventuallyAsync(() => ended.Count(static end => end.IsCompleted) == 100 - 32);
        _time.Advance(TimeSpan.FromSeconds(2.1));
        await EventuallyAsync(() => ended.TrueForAll(static end => end.IsCompleted));
        foreach (var client in slow) client.Dispose();
        Assert.StartsWith("HTTP/1.1 204 ", await AskAsync("POST"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_takes_the_next_port_when_one_is_in_use_and_listens_on_loopback_alone()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        var found = new TaskCompletionSource<int>();
        var second = new PageListener([((IPEndPoint)taken.LocalEndPoint!).Port, 0], _time, TextWriter.Null).RunAsync(
            port =>
            {
                found.TrySetResult(port);
                return new PageDesk(Origin, port, (_, _) => Task.FromResult<DeviceProblem?>(null));
            },
            _ending.Token);
        var port = await found.Task;
        Assert.NotEqual(((IPEndPoint)taken.LocalEndPoint!).Port, port);
        using var elsewhere = new TcpClient();
        await Assert.ThrowsAnyAsync<SocketException>(() => elsewhere.ConnectAsync(IPAddress.Parse("127.0.0.2"), port));
        Assert.False(second.IsCompleted);
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
        _ending.Dispose();
    }

    private PageDesk Open(int port)
    {
        _port.TrySetResult(port);
        return new PageDesk(Origin, port, (asked, _) =>
        {
            _signed.Enqueue(asked);
            return Task.FromResult(_problem);
        });
    }

    private async Task<string> AskAsync(
        string method, string? origin = Origin, string? host = "", string path = AgentAsk.Path, string type = "application/json", string body = Body, string extra = "")
    {
        var named = host is "" ? $"127.0.0.1:{await _port.Task}" : host;
        return await SendAsync(Encoding.Latin1.GetBytes(
            $"{method} {path} HTTP/1.1\r\n{(named is null ? "" : $"Host: {named}\r\n")}{(origin is null ? "" : $"Origin: {origin}\r\n")}Content-Type: {type}\r\nContent-Length: {body.Length}\r\n{extra}\r\n{body}"));
    }

    private async Task<string> SendAsync(byte[] request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, await _port.Task);
        var stream = client.GetStream();
        await stream.WriteAsync(request);
        client.Client.Shutdown(SocketShutdown.Send);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer);
        return Encoding.ASCII.GetString(answer.ToArray());
    }

    private static async Task EndAsync(TcpClient client)
    {
        try
        {
            while (await client.GetStream().ReadAsync(new byte[1024]) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Reset.
        }
    }

    private static async Task EventuallyAsync(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!holds()) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, limit.Token);
    }
}
