using System.Globalization;
using System.Net;
using Doorward.EndToEnd.Tests.Namespaces;
using Doorward.Testing;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Private;

/// <summary>A real sshd, without any authorized key: it trusts an authority alone.</summary>
/// <param name="machine">Where it runs; null for this machine.</param>
/// <param name="address">Where it listens.</param>
/// <param name="port">Null for any that is free.</param>
internal sealed class SshServer(NetworkNamespace? machine = null, string address = "127.0.0.1", int? port = null) : IAsyncDisposable
{
    public const string Program = "/usr/sbin/sshd";
    private readonly string _folder = Directory.CreateTempSubdirectory("doorward-sshd-").FullName;
    private ChildProcess? _process;
    private int _configs;

    public int Port { get; } = port ?? FreePort.Choose();

    public string KnownHosts => Path.Combine(_folder, "known_hosts");

    public string Output => _process?.Output ?? "";

    /// <param name="authority">A line of the key by which people are believed.</param>
    public async Task StartAsync(string authority)
    {
        var (host, trusted, config) = (Path.Combine(_folder, "host"), Path.Combine(_folder, "trusted"), Path.Combine(_folder, "sshd_config"));
        NetworkNamespace.Run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", host]);
        await File.WriteAllTextAsync(trusted, authority);
        await File.WriteAllTextAsync(config, string.Create(CultureInfo.InvariantCulture, $"""
            Port {Port}
            ListenAddress {address}
            HostKey {host}
            PidFile none
            TrustedUserCAKeys {trusted}
            AuthorizedKeysFile none
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin prohibit-password
            UsePAM no
            UseDNS no
            StrictModes no
            LogLevel VERBOSE

            """));
        if (Environment.UserName == "root") Directory.CreateDirectory("/run/sshd");
        string[] command = [.. machine?.Command ?? [], Program, "-D", "-e", "-f", config];
        _process = ChildProcess.Start(command[0], command[1..]);
        await _process.SaysAsync($"Server listening on {IPAddress.Parse(address)}");
    }

    /// <summary>A file with a configuration for ssh, as people have it in theirs, and the key of this server taken at its word.</summary>
    public async Task<string> ClientConfigAsync(IEnumerable<string> lines)
    {
        var file = Path.Combine(_folder, $"config-{Interlocked.Increment(ref _configs)}");
        await File.WriteAllLinesAsync(file, lines.Prepend("StrictHostKeyChecking accept-new").Prepend($"UserKnownHostsFile {KnownHosts}").Prepend("BatchMode yes"));
        return file;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
