using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Doorward.EndToEnd.Tests.Devices;

namespace Doorward.EndToEnd.Tests.Private;

/// <summary>Tunnels of an enrolled machine: the agent carries them for people, who may not use its key; and what happens where none runs.</summary>
public sealed class DeviceCarryTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    // Of nobody here: a person's, and a program's.
    private const string Somebody = "23456";
    private const string Program = "321";

    [Fact]
    public async Task The_agent_carries_peoples_tunnels_as_its_device_and_no_certificate_is_ordered_for_them()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "needs root, to be others");
        using var echo = new EchoServer();
        await using var road = await PrivateRoad.OpenAsync($$"""
            kind: Application
            name: db
            connector: site
            tcp: ["127.0.0.1:{{echo.Port}}"]
            allowSpecialAddresses: true
            ---
            kind: Policy
            name: db
            cedar: |
              permit (principal == User::"alice", action == Action::"tunnel", resource == Application::"db")
              when { context has device && context.device.bound };
            """);
        await using var agent = new AgentProcess(road.Product, null);
        using var devices = new DeviceRoad(road.Product);
        var (code, said) = await agent.EnrollAsync((await devices.InviteAsync("--owner", "alice", "--name", "laptop")).ToText(), "--key", "file");
        Assert.True(code == 0, said);

        // Its key's folder stays closed; what is asked of it goes by the socket.
        if (OperatingSystem.IsLinux()) File.SetUnixFileMode(agent.State, (UnixFileMode)0b111_001_001);
        agent.Start();
        await PrivateRoad.EventuallyAsync(() => Task.FromResult(File.Exists(Path.Combine(agent.State, "people"))), () => agent.Output);
        road.State = agent.State;
        said = await road.LoginAsync("allow", "--keep", "file");
        Assert.True(said.Contains(", on device ", StringComparison.Ordinal), said);
        await PrivateRoad.EventuallyAsync(async () => await road.AgentAsync(road.As("connect", "db"), "hello") is (0, "hello"), () => road.ConnectorSaid);
        Assert.False(File.Exists(Path.Combine(agent.State, "session.pem")), "nothing was ordered");

        var others = await OthersAsync(road);
        Assert.Equal((0, "hello"), await AsAsync(Somebody, others, road, "hello"));
        (code, said) = await AsAsync(Program, others, road, "hello");
        Assert.True(code == 1 && said.Contains("dec_", StringComparison.Ordinal), said);

        // It lives as long as the agent, and is cut as any other, with the words.
        var forward = road.Start(road.As("forward", "db", "--port", "0"));
        using (var open = await ConnectAsync(forward))
        {
            await agent.KillAsync();
            await Assert.ThrowsAnyAsync<SocketException>(() => ReceiveAsync(open));
            Assert.Contains("lost", await forward.StandardError.ReadLineAsync().WaitAsync(s_patience, TimeProvider.System), StringComparison.Ordinal);
        }

        // Without it: whoever may use the key does, by one certificate for all commands; who may not is no device.
        (code, said) = await AsAsync(Somebody, others, road, "hello");
        Assert.True(code == 1 && said.Contains("dec_", StringComparison.Ordinal), said);
        Assert.Equal((0, "hello"), await road.AgentAsync(road.As("connect", "db"), "hello"));
        var kept = await File.ReadAllTextAsync(Path.Combine(agent.State, "session.pem"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(Path.Combine(agent.State, "session.pem")));
        for (var i = 0; i < 3; i++) Assert.Equal((0, "hello"), await road.AgentAsync(road.As("connect", "db"), "hello"));
        Assert.Equal(kept, await File.ReadAllTextAsync(Path.Combine(agent.State, "session.pem")));

        agent.Start();
        await PrivateRoad.EventuallyAsync(async () => await AsAsync(Somebody, others, road, "hello") is (0, "hello"), () => agent.Output);
        await CutAsync(road);
        Assert.DoesNotContain("other-key", await road.Product.RunAsync(["audit", "export"]), StringComparison.Ordinal);
    }

    private static async Task CutAsync(PrivateRoad road)
    {
        var forward = road.Start(road.As("forward", "db", "--port", "0"));
        using var open = await ConnectAsync(forward);
        await road.Product.RunAsync(["session", "revoke", "--user", "alice", "--reason", "Come and see me."]);
        await Assert.ThrowsAnyAsync<SocketException>(() => ReceiveAsync(open));
        Assert.Contains("Come and see me", await forward.StandardError.ReadLineAsync().WaitAsync(s_patience, TimeProvider.System), StringComparison.Ordinal);
    }

    private static async Task<Socket> ConnectAsync(Process forward)
    {
        var ready = await forward.StandardOutput.ReadLineAsync().WaitAsync(s_patience, TimeProvider.System) ?? "";
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, int.Parse(ready[(ready.LastIndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
        await socket.SendAsync("open"u8.ToArray());
        Assert.Equal("open", await ReceiveAsync(socket));
        return socket;
    }

    private static async Task<string> ReceiveAsync(Socket socket)
    {
        var buffer = new byte[64];
        return Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer, SocketFlags.None).WaitAsync(s_patience, TimeProvider.System));
    }

    // Her sign-in as other users of the machine have it, each in a folder of its own: person's files are their owner's alone.
    private static async Task<string> OthersAsync(PrivateRoad road)
    {
        var folder = Directory.CreateTempSubdirectory("doorward-others-").FullName;
        if (OperatingSystem.IsLinux()) File.SetUnixFileMode(folder, (UnixFileMode)0b111_001_001);
        foreach (var user in (string[])[Somebody, Program])
        {
            var own = Directory.CreateDirectory(Path.Combine(folder, user)).FullName;
            foreach (var file in Directory.GetFiles(road.Person).Append(Path.Combine(road.Runtime, "doorward-agent.key")).Where(File.Exists)) File.Copy(file, Path.Combine(own, Path.GetFileName(file)));
            using var owned = Process.Start("chown", ["-R", user, own]);
            await owned.WaitForExitAsync();
        }

        return folder;
    }

    private static async Task<(int Code, string Output)> AsAsync(string user, string others, PrivateRoad road, string input)
    {
        var own = Path.Combine(others, user);
        var start = new ProcessStartInfo("setpriv", ["--reuid", user, "--regid", user, "--clear-groups", Doorward.Testing.Product.Executable.Agent, "connect", "db", "--folder", own, "--state", road.State])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["XDG_RUNTIME_DIR"] = own;
        start.Environment["HOME"] = own;
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(s_patience, TimeProvider.System);
        return (process.ExitCode, await output + await errors);
    }
}
