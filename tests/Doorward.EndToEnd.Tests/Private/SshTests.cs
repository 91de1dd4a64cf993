using System.Diagnostics;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Private;

/// <summary>Real OpenSSH on both ends, and a server that knows nobody's key: it trusts applications' authorities alone.</summary>
public sealed class SshTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_server_lets_people_in_by_certificate_as_whom_policy_says_and_for_as_long_as_that_is_good()
    {
        Assert.SkipUnless(File.Exists(SshServer.Program), "no sshd on this machine");
        await using var server = new SshServer();
        var user = Environment.UserName;
        await using var road = await PrivateRoad.OpenAsync($$"""
            kind: Application
            name: server
            connector: site
            tcp: ["127.0.0.1:{{server.Port}}"]
            allowSpecialAddresses: true
            ssh: { principals: ["{user}", "{{user}}"] }
            ---
            kind: Application
            name: brief
            connector: site
            tcp: ["127.0.0.1:{{server.Port}}"]
            allowSpecialAddresses: true
            ssh: { principals: ["{{user}}"], lifetime: 30s }
            ---
            kind: Application
            name: elsewhere
            connector: site
            tcp: ["127.0.0.1:{{server.Port}}"]
            allowSpecialAddresses: true
            ssh: { principals: ["{{user}}"] }
            ---
            kind: Policy
            name: ssh
            cedar: |
              permit (principal == User::"alice", action == Action::"tunnel", resource)
              when { resource in Application::"server" || resource in Application::"elsewhere" || resource in Application::"brief" }
              unless { context has tunnel && context.tunnel has login && context.tunnel.login != "{{user}}" };
            ---
            kind: Policy
            name: ssh-on-a-device
            cedar: |
              permit (principal == User::"alice", action == Action::"tunnel", resource == Application::"server")
              when { context has device && context.device.bound && context has tunnel && context.tunnel has login && context.tunnel.login == "alice" };
            """);
        var lines = new[] { await road.Product.RunAsync(["ssh-ca", "show", "server"]), await road.Product.RunAsync(["ssh-ca", "show", "brief"]) };
        Assert.NotEqual(lines[0], lines[1]);
        await server.StartAsync(string.Concat(lines));

        var signedIn = await road.LoginAsync();
        Assert.True(signedIn.Contains("Signed in as alice", StringComparison.Ordinal), signedIn);
        var (code, said) = await road.AgentAsync(road.As("ssh-key", "brief"));
        Assert.True(code == 0, said);
        var until = TimeProvider.System.GetUtcNow().AddSeconds(31);
        string[] quiet = ["--", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=accept-new", "-o", $"UserKnownHostsFile={server.KnownHosts}"];
        (int, string) last = default;
        await PrivateRoad.EventuallyAsync(
            async () => (last = await road.AgentAsync([.. road.As("ssh", "server"), .. quiet, "echo", "in as", "$(id -un)"])) is (0, var heard) && heard.Contains($"in as {user}", StringComparison.Ordinal),
            () => $"{last} {server.Output}");
        Assert.Contains("alice ses_", server.Output, StringComparison.Ordinal);

        // Ended from elsewhere: ssh ends with it, and behind both the key is gone.
        var open = road.Start([.. road.As("ssh", "server"), .. quiet, "echo", "ready;", "sleep", "60"]);
        Assert.Equal("ready", await open.StandardOutput.ReadLineAsync().WaitAsync(s_patience, TimeProvider.System));
        var keys = Path.Combine(road.Runtime, "doorward-agent", "ssh", $"{open.Id}");
        Assert.True(Directory.Exists(keys));
        Assert.Equal(0, await KillAsync(open.Id));
        await open.WaitForExitAsync().WaitAsync(s_patience, TimeProvider.System);
        Assert.False(Directory.Exists(keys));

        // A certificate for the servers of another application is good for nobody here.
        (code, said) = await road.AgentAsync([.. road.As("ssh", "elsewhere"), .. quiet, "true"]);
        Assert.True(code == 255 && said.Contains("Permission denied", StringComparison.Ordinal), $"{code} {said}");

        // As somebody that policy does not name: no certificate, but what would change that. With one for another: the server refuses it.
        (code, said) = await road.AgentAsync(road.As("ssh", "server", "--login", "alice"));
        Assert.True(code == 1 && said.Contains("Policy does not let you log in to server as alice", StringComparison.Ordinal), said);
        Assert.Contains("How to get access:\n  Use a device that is enrolled", said, StringComparison.Ordinal);
        var reference = said[said.IndexOf("ref_", StringComparison.Ordinal)..said.IndexOf(")\n", StringComparison.Ordinal)];
        (code, said) = await road.AgentAsync(road.As("ssh", "server", "--login", "nobody"));
        Assert.True(code == 1 && said.Contains("Nothing that you can do yourself opens this", StringComparison.Ordinal), said);
        (int Code, string Output) explained = (-1, "");
        await PrivateRoad.EventuallyAsync(async () => (explained = await road.Product.TryRunAsync(["decision", "explain", reference])).Code == 0, () => explained.Output);
        Assert.Contains("cause: denied", explained.Output, StringComparison.Ordinal);
        (code, said) = await road.AgentAsync(road.As("ssh-key", "server"));
        Assert.True(code == 0, said);
        var mine = (await road.AgentAsync(road.As("ssh-config", "server"))).Output.Split('\n').Where(static line => !line.StartsWith("Match", StringComparison.Ordinal));
        (code, said) = await ClientAsync(road, server, mine, "nobody", "server");
        Assert.True(code == 255 && said.Contains("Permission denied", StringComparison.Ordinal), $"{code} {said} {server.Output}");

        // One that is over: the next connection is refused.
        var config = (await road.AgentAsync(road.As("ssh-config", "brief"))).Output;
        await PrivateRoad.EventuallyAsync(() => Task.FromResult(TimeProvider.System.GetUtcNow() > until), static () => "");
        (code, said) = await ClientAsync(road, server, config.Split('\n').Where(static line => !line.StartsWith("Match", StringComparison.Ordinal)), user, "brief");
        Assert.True(code == 255 && said.Contains("Permission denied", StringComparison.Ordinal), $"{code} {said} {server.Output}");
        Assert.Contains("Certificate invalid: expired", server.Output, StringComparison.Ordinal);

        // The whole of the configuration orders a new one, and is let in.
        await road.Product.ApplyAsync($"kind: Application\nname: brief\nconnector: site\ntcp: [\"127.0.0.1:{server.Port}\"]\nallowSpecialAddresses: true\nssh: {{ principals: [\"{user}\"] }}");
        (code, said) = await ClientAsync(road, server, config.Split('\n'), user, "brief");
        Assert.True(code == 0, said + server.Output);

        await road.Product.RunAsync(["session", "revoke", "--user", "alice"]);
        (code, said) = await road.AgentAsync([.. road.As("ssh", "server"), .. quiet, "true"]);
        Assert.True(code == 1 && said.Contains("doorward-agent login", StringComparison.Ordinal), said);
        var audit = await road.Product.RunAsync(["audit", "export"]);
        Assert.Contains("sign-in.ssh", audit, StringComparison.Ordinal);
    }

    private static async Task<int> KillAsync(int process)
    {
        await using var kill = ChildProcess.Start("kill", $"{process}");
        return await kill.ExitAsync();
    }

    // Plain ssh with a configuration, as people have it in their file.
    private static async Task<(int Code, string Output)> ClientAsync(PrivateRoad road, SshServer server, IEnumerable<string> config, string user, string host)
    {
        var start = new ProcessStartInfo("ssh", ["-F", await server.ClientConfigAsync(config), "-l", user, host, "true"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["XDG_RUNTIME_DIR"] = road.Runtime;
        using var ssh = Process.Start(start)!;
        var (output, errors) = (ssh.StandardOutput.ReadToEndAsync(), ssh.StandardError.ReadToEndAsync());
        await ssh.WaitForExitAsync().WaitAsync(s_patience, TimeProvider.System);
        return (ssh.ExitCode, await output + await errors);
    }
}
