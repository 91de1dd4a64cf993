using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Doorward.EndToEnd.Tests.Namespaces;

/// <summary>
/// A network namespace, which stands for a machine. No wire leads from one to this machine: an interface that comes and goes here makes
/// every browser on it close its connections ("a network change was detected").
/// </summary>
internal sealed partial class NetworkNamespace : IDisposable
{
    private const int Kind = 0x40000000; // CLONE_NEWNET

    public NetworkNamespace(string role)
    {
        // Another for each run, so that what a killed one left behind is in nobody's way.
        Name = $"dw{RandomNumberGenerator.GetHexString(6, lowercase: true)}-{role}";
        Run(["ip", "netns", "add", Name]);
        Run(["ip", "-n", Name, "link", "set", "lo", "up"]);
    }

    /// <summary>Why there can be none here, in words; null when there can.</summary>
    public static string? Missing { get; } = WhyNot();

    public string Name { get; }

    /// <summary>What a command begins with that is to run there.</summary>
    public string[] Command => ["ip", "netns", "exec", Name];

    private string NamesFolder => $"/etc/netns/{Name}";

    /// <summary>Runs a command there, to its end; what it said. Throws when it failed.</summary>
    public string Exec(string[] command, string input = "") => Run([.. Command, .. command], input);

    /// <summary>Makes a socket there, where it stays, wherever it is used.</summary>
    public T Inside<T>(Func<T> make)
    {
        using var there = File.OpenHandle($"/run/netns/{Name}");
        T? made = default;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                // A thread goes there, and ends with it.
                if (SetNamespace(there, Kind) != 0) throw new InvalidOperationException($"setns: error {Marshal.GetLastPInvokeError()}");
                made = make();
            }
            catch (Exception error)
            {
                failure = error;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? made! : throw new InvalidOperationException($"in {Name}: {failure.Message}", failure);
    }

    /// <summary>Which names are known there, and nowhere else: lines of a hosts file.</summary>
    public void Knows(params string[] lines)
    {
        Directory.CreateDirectory(NamesFolder);
        File.WriteAllLines(Path.Combine(NamesFolder, "hosts"), ["127.0.0.1 localhost", .. lines]);
    }

    public void Dispose()
    {
        Run(["ip", "netns", "del", Name]);
        if (Directory.Exists(NamesFolder)) Directory.Delete(NamesFolder, recursive: true);
    }

    internal static string Run(string[] command, string input = "")
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var said = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? said.Result : throw new InvalidOperationException($"{string.Join(' ', command)}: {said.Result}{errors}".Trim());
    }

    private static string? WhyNot()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess) return "a network namespace needs root, on Linux";
        try
        {
            using var probe = new NetworkNamespace("probe");
            probe.Exec(["nft", "add table inet filter"]);
            return null;
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"no network namespace with nftables here: {error.Message}";
        }
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetNamespace(SafeFileHandle descriptor, int kind);
}
