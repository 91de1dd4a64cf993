using System.Net;
using System.Net.Sockets;
using System.Text;
using Doorward.Agent.People;
using Doorward.Agent.Tests.Connector;
using Doorward.Agent.Tunnels;
using Microsoft.AspNetCore.Http;

namespace Doorward.Agent.Tests.Tunnels;

/// <summary>Whoever asks the proxy and goes away, or is refused. That it leads to applications is shown with a whole product.</summary>
public sealed class ProxyDeskTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_tunnel_whose_client_is_gone_by_the_time_it_is_open_is_ended(bool socks)
    {
        var (asked, answer, ended) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        await using var gateway = new TestGateway
        {
            OnTunnel = async context =>
            {
                asked.TrySetResult();
                await answer.Task;
                await TestGateway.BeginAsync(context);
                await EndAsync(context);
                ended.TrySetResult();
            },
        };
        await using var proxy = await RunningProxy.StartAsync(gateway);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, proxy.Port);
        await client.SendAsync(socks ? [5, 1, 0, 5, 1, 0, 3, 2, (byte)'d', (byte)'b', 0, 80] : "CONNECT db:80 HTTP/1.1\r\n\r\n"u8.ToArray());
        await asked.Task.WaitAsync(s_patience);
        client.LingerState = new LingerOption(true, 0);
        client.Close();
        answer.SetResult();
        await ended.Task.WaitAsync(s_patience);
    }

    [Fact]
    public async Task Why_it_does_not_connect_is_said_in_the_answer_and_on_its_terminal()
    {
        await using var gateway = new TestGateway
        {
            OnTunnel = static context =>
            {
                context.Response.StatusCode = 403;
                return context.Response.WriteAsync("""{"detail":"No policy lets you reach db.","reference":"dec_1","remedies":[{"text":"Ask for group dba."}]}""");
            },
        };
        await using var proxy = await RunningProxy.StartAsync(gateway);

        var denied = await AskAsync(proxy, "CONNECT db:80 HTTP/1.1\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ", denied, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\ndb: No policy lets you reach db (dec_1)\nHow to get access:\n  Ask for group dba.\n", denied, StringComparison.Ordinal);
        Assert.Equal("doorward: db: No policy lets you reach db (dec_1)\nHow to get access:\n  Ask for group dba.\n", proxy.Said);

        Assert.Contains("\r\n\r\ndb_2: No policy lets you", await AskAsync(proxy, "CONNECT DB_2:80 HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nNo application has such a name.\n", await AskAsync(proxy, "CONNECT 127.0.0.1:80 HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
        Assert.EndsWith("doorward: 127.0.0.1: no application has such a name; the proxy leads to applications, not to addresses\n", proxy.Said, StringComparison.Ordinal);
        Assert.Equal([5, 0, 5, 2], await AskSocksAsync(proxy, [5, 1, 0, 5, 1, 0, 1, 10, 0, 0, 9, 0, 80]));
        Assert.EndsWith("doorward: 10.0.0.9: no application has such a name; the proxy leads to applications, not to addresses\n", proxy.Said, StringComparison.Ordinal);
        Assert.EndsWith("Content-Length: 0\r\nConnection: close\r\n\r\n", await AskAsync(proxy, "GET http://db/ HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(RunningProxy proxy, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, proxy.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var answer = new StreamReader(client.GetStream(), Encoding.UTF8);
        return await answer.ReadToEndAsync().WaitAsync(s_patience);
    }

    // The method that was chosen, and version and code of the reply.
    private static async Task<byte[]> AskSocksAsync(RunningProxy proxy, byte[] said)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, proxy.Port);
        await client.GetStream().WriteAsync(said);
        var answer = new byte[4];
        await client.GetStream().ReadExactlyAsync(answer).AsTask().WaitAsync(s_patience);
        return answer;
    }

    private static async Task EndAsync(HttpContext context)
    {
        try
        {
            while (await context.Request.BodyReader.ReadAsync(context.RequestAborted) is { IsCompleted: false } read) context.Request.BodyReader.AdvanceTo(read.Buffer.End);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // As it should be.
        }
    }

    private sealed class RunningProxy : IAsyncDisposable
    {
        private readonly TunnelDialer _dialer;
        private readonly LocalPort _port = LocalPort.Open(0);
        private readonly StringWriter _said = new();
        private readonly CancellationTokenSource _end = new();
        private readonly Task _running;

        private RunningProxy(Installation installation, string state)
        {
            _dialer = new TunnelDialer(new SignedIn(installation, "alice", "dwt_x"), state, TimeProvider.System);
            _running = _port.RunAsync(new ProxyDesk(new ProxyNames(installation.Domain), _dialer, TextWriter.Synchronized(_said), TimeProvider.System).ServeAsync, _end.Token);
        }

        public int Port => _port.Number;

        /// <summary>On its terminal.</summary>
        public string Said => _said.ToString();

        public static async Task<RunningProxy> StartAsync(TestGateway gateway)
        {
            await gateway.StartAsync();
            var installation = new Installation { Auth = new Uri($"https://auth.test.localhost:{gateway.Port}"), Root = gateway.Root, Connect = $"127.0.0.1:{gateway.Port}" };
            return new RunningProxy(installation, Path.Join(gateway.Folder, "none"));
        }

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
            _port.Dispose();
            _dialer.Dispose();
            _end.Dispose();
            await _said.DisposeAsync();
        }
    }
}
