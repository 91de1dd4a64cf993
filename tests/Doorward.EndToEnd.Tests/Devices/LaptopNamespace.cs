using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Doorward.Core.Devices.Reports;

namespace Doorward.EndToEnd.Tests.Devices;

/// <summary>
/// A network namespace that stands for a laptop: with a firewall of its own in the kernel, and one wire to this machine, at whose end what
/// comes is passed on to the product, which listens on loopback.
/// </summary>
internal sealed class LaptopNamespace : IAsyncDisposable
{
    // Another for each run, so that what a killed one left behind is in nobody's way.
    private readonly string _name = $"dw{RandomNumberGenerator.GetHexString(6, lowercase: true)}";
    private readonly int _net = RandomNumberGenerator.GetInt32(0, 64) * 4;
    private readonly CancellationTokenSource _ending = new();
    private readonly int _port;
    private TcpListener? _door;

    private LaptopNamespace(int port) => _port = port;

    /// <summary>Why there can be none here, in words; null when there can.</summary>
    public static string? Missing { get; } = WhyNot();

    /// <summary>What a command begins with that is to run on the laptop.</summary>
    public string[] Command => ["ip", "netns", "exec", _name];

    /// <summary>Where the product is, from the laptop.</summary>
    public string Product => $"{Address(1)}:{((IPEndPoint)_door!.LocalEndpoint).Port}";

    public static LaptopNamespace Start(int port)
    {
        var laptop = new LaptopNamespace(port);
        var (name, outer, inner) = (laptop._name, $"{laptop._name}a", $"{laptop._name}b");
        foreach (var command in new[]
        {
            $"ip netns add {name}", $"ip link add {outer} type veth peer name {inner} netns {name}", $"ip addr add {laptop.Address(1)}/30 dev {outer}", $"ip link set {outer} up",
            $"ip -n {name} addr add {laptop.Address(2)}/30 dev {inner}", $"ip -n {name} link set {inner} up", $"ip -n {name} link set lo up",
        })
            Run(command.Split(' '));
        laptop._door = new TcpListener(IPAddress.Parse(laptop.Address(1)), 0);
        laptop._door.Start();
        _ = laptop.PassOnAsync();
        laptop.Firewall(on: true);
        return laptop;
    }

    /// <summary>Asks the agent over the laptop's loopback, as a page in a browser there does.</summary>
    public void AskAgent(string origin, string body) => Run(
        [.. Command, "curl", "--silent", "--show-error", "--fail", "--data-binary", "@-", "--header", $"Origin: {origin}", "--header", "Content-Type: application/json", $"http://127.0.0.1:{AgentAsk.Ports[0]}{AgentAsk.Path}"], body);

    public void Firewall(bool on) =>
        Run([.. Command, "nft", on ? "add table inet filter; add chain inet filter input { type filter hook input priority 0; policy drop; }; add rule inet filter input ct state established,related accept; add rule inet filter input iif lo accept" : "flush ruleset"]);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _door?.Dispose();
        Run(["ip", "netns", "del", _name]);
        _ending.Dispose();
    }

    private string Address(int host) => $"10.213.7.{_net + host}";

    private async Task PassOnAsync()
    {
        try
        {
            while (!_ending.IsCancellationRequested) _ = PassOnAsync(await _door!.AcceptTcpClientAsync(_ending.Token));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The laptop is put away.
        }
    }

    private async Task PassOnAsync(TcpClient from)
    {
        using (from)
        using (var to = new TcpClient())
        {
            try
            {
                await to.ConnectAsync(IPAddress.Loopback, _port, _ending.Token);
                await Task.WhenAny(from.GetStream().CopyToAsync(to.GetStream(), _ending.Token), to.GetStream().CopyToAsync(from.GetStream(), _ending.Token));
            }
            catch (Exception end) when (end is OperationCanceledException or IOException or SocketException)
            {
                // Either end went away.
            }
        }
    }

    private static string? WhyNot()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess) return "a network namespace needs root, on Linux";
        var probe = $"dwprobe{RandomNumberGenerator.GetHexString(4, lowercase: true)}";
        try
        {
            Run(["ip", "netns", "add", probe]);
            try
            {
                Run(["ip", "netns", "exec", probe, "nft", "add table inet filter"]);
                return null;
            }
            finally
            {
                Run(["ip", "netns", "del", probe]);
            }
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"no network namespace with nftables here: {error.Message}";
        }
    }

    private static void Run(string[] command, string input = "")
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var said = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', command)}: {said.Result}{errors}".Trim());
    }
}
