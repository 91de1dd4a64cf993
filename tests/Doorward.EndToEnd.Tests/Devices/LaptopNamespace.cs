using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Doorward.Core.Devices.Reports;
using Microsoft.Win32.SafeHandles;

namespace Doorward.EndToEnd.Tests.Devices;

/// <summary>
/// A network namespace that stands for a laptop: with a firewall of its own in the kernel, and one door in it, behind which what comes is
/// passed on to the product, which listens on this machine's loopback. There is no wire between the two: an interface that comes and goes
/// on this machine makes every browser on it close its connections ("a network change was detected").
/// </summary>
internal sealed partial class LaptopNamespace : IAsyncDisposable
{
    private const int NetworkNamespace = 0x40000000; // CLONE_NEWNET

    // Another for each run, so that what a killed one left behind is in nobody's way.
    private readonly string _name = $"dw{RandomNumberGenerator.GetHexString(6, lowercase: true)}";
    private readonly CancellationTokenSource _ending = new();
    private readonly int _port;
    private TcpListener? _door;

    private LaptopNamespace(int port) => _port = port;

    /// <summary>Why there can be none here, in words; null when there can.</summary>
    public static string? Missing { get; } = WhyNot();

    /// <summary>What a command begins with that is to run on the laptop.</summary>
    public string[] Command => ["ip", "netns", "exec", _name];

    /// <summary>Where the product is, from the laptop.</summary>
    public string Product => $"127.0.0.1:{((IPEndPoint)_door!.LocalEndpoint).Port}";

    public static LaptopNamespace Start(int port)
    {
        var laptop = new LaptopNamespace(port);
        Run(["ip", "netns", "add", laptop._name]);
        Run(["ip", "-n", laptop._name, "link", "set", "lo", "up"]);
        laptop._door = laptop.ListenInside();
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

    // A socket stays in the namespace that it was made in; the thread that makes it goes there, and ends.
    private TcpListener ListenInside()
    {
        using var there = File.OpenHandle($"/run/netns/{_name}");
        TcpListener? listener = null;
        var failed = 0;
        var thread = new Thread(() =>
        {
            failed = SetNamespace(there, NetworkNamespace) == 0 ? 0 : Marshal.GetLastPInvokeError();
            if (failed != 0) return;
            listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
        });
        thread.Start();
        thread.Join();
        return listener ?? throw new InvalidOperationException($"setns: error {failed}");
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetNamespace(SafeFileHandle descriptor, int kind);

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
