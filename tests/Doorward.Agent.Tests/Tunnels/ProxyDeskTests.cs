using System.Net;
using System.Net.Sockets;
using Doorward.Agent.People;
using Doorward.Agent.Tests.Connector;
using Doorward.Agent.Tunnels;
using Microsoft.AspNetCore.Http;

namespace Doorward.Agent.Tests.Tunnels;

/// <summary>Whoever asks the proxy and goes away. That it leads to applications is shown with a whole product.</summary>
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
        await gateway.StartAsync();
        var installation = new Installation { Auth = new Uri($"https://auth.test.localhost:{gateway.Port}"), Root = gateway.Root, Connect = $"127.0.0.1:{gateway.Port}" };
        using var dialer = new TunnelDialer(new SignedIn(installation, "alice", "dwt_x"), Path.Join(gateway.Folder, "none"), TimeProvider.System);
        var desk = new ProxyDesk(new ProxyNames(installation.Domain), dialer, TextWriter.Null, TimeProvider.System);
        using var port = LocalPort.Open(0);
        using var end = new CancellationTokenSource();
        var running = port.RunAsync(desk.ServeAsync, end.Token);

        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, port.Number);
        await client.SendAsync(socks ? [5, 1, 0, 5, 1, 0, 3, 2, (byte)'d', (byte)'b', 0, 80] : "CONNECT db:80 HTTP/1.1\r\n\r\n"u8.ToArray());
        await asked.Task.WaitAsync(s_patience);
        client.LingerState = new LingerOption(true, 0);
        client.Close();
        answer.SetResult();
        await ended.Task.WaitAsync(s_patience);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
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
}
