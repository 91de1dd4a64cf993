using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Doorward.Core.Tunnels;

namespace Doorward.Agent.Tunnels;

/// <summary>
/// Takes one connection to the proxy: finds which of the two protocols it speaks, and leads it to the application that it names. What is
/// neither CONNECT nor SOCKS5 is refused without a word of content, so that no page can post to it or read from it: a browser sends pages'
/// requests in absolute or origin form, and CONNECT only when its person made this its proxy. Why a CONNECT is refused is said to it as well.
/// </summary>
internal sealed class ProxyDesk(ProxyNames names, TunnelDialer dialer, TextWriter errors, TimeProvider time)
{
    private const int LongestHead = 8 * 1024;
    private const string Plain = "Content-Type: text/plain; charset=utf-8\r\n";
    private static readonly TimeSpan s_asking = TimeSpan.FromSeconds(10);

    public async Task ServeAsync(Socket client)
    {
        using var late = new CancellationTokenSource(s_asking, time);
        var first = new byte[1];
        if (await client.ReceiveAsync(first, SocketFlags.None, late.Token) == 0) return;
        if (first[0] == SocksExchange.Version) await ServeSocksAsync(client, late.Token);
        else await ServeHttpAsync(client, first[0], late.Token);
    }

    private async Task ServeSocksAsync(Socket client, CancellationToken ct)
    {
        var exchange = new SocksExchange(client);
        if (await exchange.ReadAsync(ct) is not { } asked) return;
        var application = names.ApplicationOf(asked.Host);
        if (application is null)
        {
            await NoSuchNameAsync(asked.Host);
            await exchange.AnswerAsync(SocksExchange.NotAllowed, ct);
            return;
        }

        var (call, refusal) = await OpenAsync(application, asked.Port);
        await CarryAsync(client, application, call, refusal, () => exchange.AnswerAsync(call is null ? SocksExchange.NotAllowed : SocksExchange.Granted, CancellationToken.None));
    }

    private async Task ServeHttpAsync(Socket client, byte first, CancellationToken ct)
    {
        var head = await ReadHeadAsync(client, first, ct);
        if (head is null || ConnectRequest.Parse(head) is not { } asked)
        {
            await SayAsync(client, "405 Method Not Allowed", "Allow: CONNECT\r\n", "");
            return;
        }

        if (names.ApplicationOf(asked.Host) is not { } application)
        {
            await NoSuchNameAsync(asked.Host);
            await SayAsync(client, "403 Forbidden", Plain, "No application has such a name.\n");
            return;
        }

        var (call, refusal) = await OpenAsync(application, asked.Port);
        await CarryAsync(client, application, call, refusal, async () =>
        {
            if (call is null) await SayAsync(client, "502 Bad Gateway", Plain, refusal!.WordsFor(application));
            else await client.SendAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray(), SocketFlags.None);
        });
    }

    private Task NoSuchNameAsync(string host) => new TunnelRefusal("no application has such a name; the proxy leads to applications, not to addresses").TellAsync(errors, TunnelRefusal.Plain(host));

    // Which of the application's targets has the port is the gateway's to know.
    private Task<(ITunnelCall? Call, TunnelRefusal? Refusal)> OpenAsync(string application, int port) =>
        dialer.OpenAsync(application, string.Create(CultureInfo.InvariantCulture, $"{TunnelTarget.AnyHost}:{port}"), CancellationToken.None);

    private async Task CarryAsync(Socket client, string application, ITunnelCall? call, TunnelRefusal? refusal, Func<Task> answer)
    {
        if (call is null)
        {
            // On the terminal first: who reads the answer finds it there.
            await refusal!.TellAsync(errors, application);
            await answer();
            return;
        }

        try
        {
            await answer();
        }
        catch
        {
            // Whoever asked is gone, and nobody else would end it.
            await call.DisposeAsync();
            throw;
        }

        await PersonalTunnel.CarryAsync(call, new SocketLocal(client), application, errors, time);
    }

    // One byte at a time, for what follows the head is the tunnel's.
    private static async Task<string?> ReadHeadAsync(Socket client, byte first, CancellationToken ct)
    {
        var head = new byte[LongestHead];
        head[0] = first;
        for (var filled = 1; filled < LongestHead;)
        {
            if (await client.ReceiveAsync(head.AsMemory(filled, 1), SocketFlags.None, ct) == 0) return null;
            filled++;
            if (head.AsSpan(0, filled).EndsWith("\r\n\r\n"u8)) return Encoding.Latin1.GetString(head, 0, filled - 4);
        }

        return null;
    }

    private static async Task SayAsync(Socket client, string status, string fields, string words)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status}\r\n{fields}Content-Length: {Encoding.UTF8.GetByteCount(words)}\r\nConnection: close\r\n\r\n");
        await client.SendAsync(Encoding.UTF8.GetBytes(head + words), SocketFlags.None);
        client.Shutdown(SocketShutdown.Send);
    }
}
