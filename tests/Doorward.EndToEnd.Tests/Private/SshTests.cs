using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Private;

/// <summary>Real OpenSSH on both ends, and a server that knows nobody's key: it trusts the installation's authority alone.</summary>
public sealed class SshTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_server_lets_people_in_by_certificate_as_whom_policy_says_and_for_as_long_as_that_is_good()
    {
        Assert.SkipUnless(File.Exists(Server.Program), "no sshd on this machine");
        await using var server = new Server();
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
            """);
        var lines = new[] { await road.Product.RunAsync(["ssh-ca", "show", "server"]), await road.Product.RunAsync(["ssh-ca", "show", "brief"]) };
        Assert.NotEqual(lines[0], lines[1]);
        server.Start(string.Concat(lines));

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

        // A certificate for the servers of another application is good for nobody here.
        (code, said) = await road.AgentAsync([.. road.As("ssh", "elsewhere"), .. quiet, "true"]);
        Assert.True(code == 255 && said.Contains("Permission denied", StringComparison.Ordinal), $"{code} {said}");

        // As somebody that policy does not name: no certificate. With one for another: the server refuses it.
        (code, said) = await road.AgentAsync(road.As("ssh", "server", "--login", "alice"));
        Assert.True(code == 1 && said.Contains("Policy does not let you log in to server as alice", StringComparison.Ordinal), said);
        (code, said) = await road.AgentAsync(road.As("ssh-key", "server"));
        Assert.True(code == 0, said);
        var mine = (await road.AgentAsync(road.As("ssh-config", "server"))).Output.Split('\n').Where(static line => !line.StartsWith("Match", StringComparison.Ordinal));
        (code, said) = await server.ClientAsync(road, mine, "nobody", "server");
        Assert.True(code == 255 && said.Contains("Permission denied", StringComparison.Ordinal), $"{code} {said} {server.Output}");

        // One that is over: the next connection is refused.
        var config = (await road.AgentAsync(road.As("ssh-config", "brief"))).Output;
        await PrivateRoad.EventuallyAsync(() => Task.FromResult(TimeProvider.System.GetUtcNow() > until), static () => "");
        (code, said) = await server.ClientAsync(road, config.Split('\n').Where(static line => !line.StartsWith("Match", StringComparison.Ordinal)), user, "brief");
        Assert.True(code == 255 && said.Contains("Permission denied", StringComparison.Ordinal), $"{code} {said} {server.Output}");
        Assert.Contains("Certificate invalid: expired", server.Output, StringComparison.Ordinal);

        // The whole of the configuration orders a new one, and is let in.
        await road.Product.ApplyAsync($"kind: Application\nname: brief\nconnector: site\ntcp: [\"127.0.0.1:{server.Port}\"]\nallowSpecialAddresses: true\nssh: {{ principals: [\"{user}\"] }}");
        (code, said) = await server.ClientAsync(road, config.Split('\n'), user, "brief");
        Assert.True(code == 0, said + server.Output);

        await road.Product.RunAsync(["session", "revoke", "--user", "alice"]);
        (code, said) = await road.AgentAsync([.. road.As("ssh", "server"), .. quiet, "true"]);
        Assert.True(code == 1 && said.Contains("doorward-agent login", StringComparison.Ordinal), said);
        var audit = await road.Product.RunAsync(["audit", "export"]);
        Assert.Contains("sign-in.ssh", audit, StringComparison.Ordinal);
    }

    /// <summary>sshd on loopback, without any authorized key.</summary>
    private sealed class Server : IAsyncDisposable
    {
        public const string Program = "/usr/sbin/sshd";
        private readonly string _folder = Directory.CreateTempSubdirectory("doorward-sshd-").FullName;
        private readonly System.Text.StringBuilder _output = new();
        private Process? _process;

        public Server()
        {
            using var free = new TcpListener(IPAddress.Loopback, 0);
            free.Start();
            Port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        public int Port { get; }

        public string KnownHosts => Path.Combine(_folder, "known_hosts");

        public string Output
        {
            get
            {
                lock (_output) return _output.ToString();
            }
        }

        public void Start(string authority)
        {
            var (host, trusted, config) = (Path.Combine(_folder, "host"), Path.Combine(_folder, "trusted"), Path.Combine(_folder, "sshd_config"));
            using (var keygen = Process.Start("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", host])) keygen.WaitForExit();
            File.WriteAllText(trusted, authority);
            File.WriteAllText(config, string.Create(CultureInfo.InvariantCulture, $"""
                Port {Port}
                ListenAddress 127.0.0.1
                HostKey {host}
                PidFile none
                TrustedUserCAKeys {trusted}
                AuthorizedKeysFile none
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                PermitRootLogin prohibit-password
                UsePAM no
                StrictModes no
                LogLevel VERBOSE

                """));
            if (Environment.UserName == "root") Directory.CreateDirectory("/run/sshd");
            _process = Process.Start(new ProcessStartInfo(Program, ["-D", "-e", "-f", config]) { RedirectStandardError = true })!;
            _process.ErrorDataReceived += (_, line) =>
            {
                lock (_output) _output.AppendLine(line.Data);
            };
            _process.BeginErrorReadLine();
        }

        /// <summary>Plain ssh with a configuration, as people have it in their file.</summary>
        public async Task<(int Code, string Output)> ClientAsync(PrivateRoad road, IEnumerable<string> config, string user, string host)
        {
            var file = Path.Combine(_folder, "config");
            await File.WriteAllLinesAsync(file, config.Prepend("StrictHostKeyChecking accept-new").Prepend($"UserKnownHostsFile {KnownHosts}").Prepend("BatchMode yes"));
            var start = new ProcessStartInfo("ssh", ["-F", file, "-l", user, host, "true"]) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["XDG_RUNTIME_DIR"] = road.Runtime;
            using var ssh = Process.Start(start)!;
            var (output, errors) = (ssh.StandardOutput.ReadToEndAsync(), ssh.StandardError.ReadToEndAsync());
            await ssh.WaitForExitAsync().WaitAsync(s_patience, TimeProvider.System);
            return (ssh.ExitCode, await output + await errors);
        }

        public async ValueTask DisposeAsync()
        {
            if (_process is { HasExited: false })
            {
                _process.Kill();
                await _process.WaitForExitAsync();
            }

            _process?.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
