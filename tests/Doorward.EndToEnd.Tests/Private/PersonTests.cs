using System.Net;
using System.Net.Sockets;
using System.Text;
using Doorward.Agent.People;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Private;

/// <summary>A person's side of private access as it is used: signing in, three ways to a TCP application, being cut, signing out.</summary>
public sealed class PersonTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_person_signs_in_reaches_an_application_three_ways_is_cut_with_the_reason_and_signs_out()
    {
        using var echo = new EchoServer();
        await using var road = await PrivateRoad.OpenAsync($$"""
            kind: Application
            name: db
            connector: site
            tcp: ["127.0.0.1:{{echo.Port}}"]
            allowSpecialAddresses: true
            ---
            kind: Application
            name: vault
            connector: site
            tcp: ["127.0.0.1:{{echo.Port}}"]
            allowSpecialAddresses: true
            ---
            kind: Policy
            name: db
            cedar: permit (principal == User::"alice", action == Action::"tunnel", resource == Application::"db");
            """);

        var (before, unsigned) = await road.AgentAsync(road.As("connect", "db"));
        Assert.True(before == 1 && unsigned.Contains("doorward-agent login", StringComparison.Ordinal), unsigned);
        Assert.Contains("you did not allow it", await road.LoginAsync("deny"), StringComparison.Ordinal);
        var signedIn = await road.LoginAsync();
        Assert.True(signedIn.Contains("Signed in as alice", StringComparison.Ordinal), signedIn);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(Path.Combine(road.Person, "session.json")));
        var place = new TokenPlace(new PersonFolder(road.Person));
        var record = new PersonFolder(road.Person).Read()!;
        Assert.StartsWith("dwt_", record.Sealed is null ? place.Read(record) : "dwt_ in the file, where the kernel has no keyring", StringComparison.Ordinal);
        Assert.DoesNotContain("dwt_", await File.ReadAllTextAsync(Path.Combine(road.Person, "session.json")), StringComparison.Ordinal);
        Assert.Contains("alice at doorward.test", (await road.AgentAsync(road.As("whoami")[..3])).Output, StringComparison.Ordinal);

        // Input and output: what goes in comes back, and its end ends both ways.
        (int, string) last = default;
        await PrivateRoad.EventuallyAsync(async () => (last = await road.AgentAsync(road.As("connect", "db"), "hello")) is (0, "hello"), () => $"connect: {last} {road.ConnectorSaid}");
        await SharedFileAsync(road);
        var (denied, why) = await road.AgentAsync(road.As("connect", "vault"), "hello");
        Assert.True(denied == 1 && why.Contains("doorward: vault: ", StringComparison.Ordinal) && why.Contains("dec_", StringComparison.Ordinal), why);
        var (unknown, none) = await road.AgentAsync(road.As("connect", "nothing"));
        Assert.True(unknown == 1 && none.Contains("No application", StringComparison.Ordinal), none);

        var forward = road.Start(road.As("forward", "db", "--port", "0"));
        var port = PortOf(await forward.StandardOutput.ReadLineAsync().WaitAsync(s_patience, TimeProvider.System));
        foreach (var loopback in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            using var client = await ConnectAsync(loopback, port);
            Assert.Equal("through", await EchoAsync(client, "through"));
        }

        await ProxyAsync(road, echo.Port);
        await CutWhileOpeningAsync(road);

        // Cut: what is open ends with the reason on the terminal, and the next is refused.
        using var open = await ConnectAsync(IPAddress.Loopback, port);
        Assert.Equal("open", await EchoAsync(open, "open"));
        await road.Product.RunAsync(["session", "revoke", "--user", "alice", "--reason", "Come and see me."]);
        await Assert.ThrowsAnyAsync<SocketException>(() => ReceiveAsync(open));
        var told = await forward.StandardError.ReadLineAsync().WaitAsync(s_patience, TimeProvider.System);
        Assert.StartsWith("doorward: db: ", told, StringComparison.Ordinal);
        Assert.Contains("Come and see me", told, StringComparison.Ordinal);
        var (after, over) = await road.AgentAsync(road.As("connect", "db"), "hello");
        Assert.True(after == 1 && over.Contains("doorward-agent login", StringComparison.Ordinal), over);
        Assert.Equal(0, (await road.AgentAsync(road.As("logout")[..3])).Code);
        Assert.False(File.Exists(Path.Combine(road.Person, "session.json")));
        Assert.Null(place.Read(record));
    }

    // Files that are another program's too, before and after it: each reads and writes on from where the one before it was.
    private static async Task SharedFileAsync(PrivateRoad road)
    {
        var (input, output) = (Path.Combine(road.Runtime, "input"), Path.Combine(road.Runtime, "output"));
        await File.WriteAllTextAsync(input, "first\nhello\n");
        var start = new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", "{ read -r line; echo \"$line\"; \"$@\"; wc -c; } < \"$INPUT\" > \"$OUTPUT\"", "sh", Executable.Agent, .. road.As("connect", "db")]);
        (start.Environment["INPUT"], start.Environment["OUTPUT"], start.Environment["XDG_RUNTIME_DIR"]) = (input, output, road.Runtime);
        using var shell = System.Diagnostics.Process.Start(start)!;
        await shell.WaitForExitAsync().WaitAsync(s_patience, TimeProvider.System);
        Assert.Equal("first\nhello\n0\n", await File.ReadAllTextAsync(output));
    }

    // The connector stands still: its gateway waits for it, and for one that would come back, for some seconds.
    private static async Task CutWhileOpeningAsync(PrivateRoad road)
    {
        await SignalAsync(road.Agents.First(), "STOP");
        try
        {
            var connecting = road.AgentAsync(road.As("connect", "db"), "hello");
            while (!connecting.IsCompleted) await road.Product.RunAsync(["grant", "cut", "--user", "alice", "--application", "db", "--reason", "maintenance"]);
            var (code, said) = await connecting;
            Assert.True(code == 1 && said.StartsWith("doorward: db: an administrator closed this connection: maintenance (dec_", StringComparison.Ordinal), said);
        }
        finally
        {
            await SignalAsync(road.Agents.First(), "CONT");
        }

        (int, string) last = default;
        await PrivateRoad.EventuallyAsync(async () => (last = await road.AgentAsync(road.As("connect", "db"), "hello")) is (0, "hello"), () => $"connect: {last} {road.ConnectorSaid}");
    }

    private static async Task SignalAsync(int process, string signal)
    {
        using var kill = System.Diagnostics.Process.Start("kill", [$"-{signal}", process.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    private static async Task ProxyAsync(PrivateRoad road, int target)
    {
        var proxy = road.Start(road.As("proxy", "--port", "0"));
        var port = PortOf(await proxy.StandardOutput.ReadLineAsync().WaitAsync(s_patience, TimeProvider.System));
        foreach (var name in new[] { "db", $"db.{ProductProcess.Domain}" })
        {
            Assert.StartsWith("HTTP/1.1 200 ", await AskAsync(port, $"CONNECT {name}:{target} HTTP/1.1\r\nHost: {name}:{target}\r\n\r\n"), StringComparison.Ordinal);
            Assert.Equal((byte)0, await SocksAsync(port, name, target));
        }

        // Other ports, other names and addresses, and what pages of a browser can send.
        Assert.StartsWith("HTTP/1.1 502 ", await AskAsync(port, "CONNECT db:1 HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
        foreach (var name in new[] { "db.example.com", "127.0.0.1", "[::1]", "db.doorward.test.evil.example" })
            Assert.StartsWith("HTTP/1.1 403 ", await AskAsync(port, $"CONNECT {name}:{target} HTTP/1.1\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal((byte)2, await SocksAsync(port, "localhost.example", target));
        foreach (var page in new[]
        {
            "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: https://evil.example\r\nContent-Length: 0\r\n\r\n",
            $"GET http://db:{target}/ HTTP/1.1\r\nHost: db\r\n\r\n", $"CONNECT db:{target} HTTP/1.1\r\nOrigin: https://evil.example\r\n\r\n",
        })
            Assert.StartsWith("HTTP/1.1 405 ", await AskAsync(port, page), StringComparison.Ordinal);
    }

    private static int PortOf(string? ready)
    {
        Assert.NotNull(ready);
        Assert.StartsWith("ready: ", ready, StringComparison.Ordinal);
        return int.Parse(ready[(ready.LastIndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<Socket> ConnectAsync(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address, port);
        return socket;
    }

    private static async Task<string> EchoAsync(Socket socket, string text)
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes(text));
        var heard = "";
        while (heard.Length < text.Length) heard += await ReceiveAsync(socket);
        return heard;
    }

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        var buffer = new byte[4096];
        var read = await socket.ReceiveAsync(buffer, SocketFlags.None).WaitAsync(s_patience, TimeProvider.System);
        return Encoding.ASCII.GetString(buffer, 0, read);
    }

    private static async Task<string> AskAsync(int port, string request)
    {
        using var socket = await ConnectAsync(IPAddress.Loopback, port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(request));
        var answer = await ReceiveAsync(socket);
        if (answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal)) Assert.Equal("over http", await EchoAsync(socket, "over http"));
        return answer;
    }

    private static async Task<byte> SocksAsync(int port, string name, int target)
    {
        using var socket = await ConnectAsync(IPAddress.Loopback, port);
        await socket.SendAsync((byte[])[5, 1, 0, 5, 1, 0, 3, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)(target >> 8), (byte)target]);
        var answer = "";
        while (answer.Length < 12) answer += await ReceiveAsync(socket);
        if (answer[3] == 0) Assert.Equal("over socks", await EchoAsync(socket, "over socks"));
        return (byte)answer[3];
    }
}
