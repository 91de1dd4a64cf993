using Doorward.Agent.Tpm;
using Doorward.Testing;
using Doorward.Testing.Product;

namespace Doorward.Agent.Tests.Tpm;

/// <summary>A TPM 2.0 in software (swtpm), made by a manufacturer of the test's own, on a socket.</summary>
internal sealed class SoftwareTpm : IAsyncDisposable
{
    private readonly string _directory;
    private readonly string _server;
    private ChildProcess _process;

    private SoftwareTpm(string directory, string server, TpmAddress address, ChildProcess process) =>
        (_directory, _server, Address, _process) = (directory, server, address, process);

    public TpmAddress Address { get; }

    public TpmConnection Connect() => TpmConnection.Open(Address);

    /// <summary>What to skip for, or null.</summary>
    public static string? Missing { get; } = Find("swtpm") && Find("swtpm_setup") && Find("swtpm_localca") ? null : "there is no swtpm (swtpm, swtpm-tools)";

    /// <param name="manufacturer">Who makes its endorsement certificate; nobody when null.</param>
    /// <param name="overTcp">TCP on loopback, else a Unix socket.</param>
    public static async Task<SoftwareTpm> StartAsync(Manufacturer? manufacturer, bool overTcp = false)
    {
        var directory = Directory.CreateTempSubdirectory("doorward-tpm-").FullName;
        if (manufacturer is not null) await manufacturer.MakeAsync(directory);
        var (server, address) = overTcp ? Tcp() : Unix(directory);
        return new SoftwareTpm(directory, server, address, await RunAsync(directory, server, address));
    }

    /// <summary>It is gone, at once.</summary>
    public Task VanishAsync() => _process.KillAsync();

    /// <summary>It is back, as after a reset: with its seeds, and nothing loaded.</summary>
    public async Task ReturnAsync()
    {
        await _process.DisposeAsync();
        File.Delete(Path.Combine(_directory, "socket"));
        _process = await RunAsync(_directory, _server, Address);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static (string Server, TpmAddress Address) Tcp()
    {
        var port = FreePort.Choose();
        return ($"type=tcp,port={port},bindaddr=127.0.0.1", TpmAddress.Parse($"tcp:127.0.0.1:{port}")!);
    }

    private static (string Server, TpmAddress Address) Unix(string directory) =>
        ($"type=unixio,path={directory}/socket", TpmAddress.Parse($"unix:{directory}/socket")!);

    private static async Task<ChildProcess> RunAsync(string directory, string server, TpmAddress address)
    {
        var process = ChildProcess.Start(
            "swtpm", "socket", "--tpm2", "--tpmstate", $"dir={directory}", "--server", server, "--flags", "not-need-init,startup-clear");
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                using var connection = TpmConnection.Open(address);
                return process;
            }
            catch (TpmException) when (process.IsRunning && TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(60))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            }
        }
    }

    private static bool Find(string command) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, command)));
}
