using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Doorward.Cli.Commands;
using Doorward.Cli.Connection;
using Doorward.Cli.Documents;

namespace Doorward.Cli.Bench;

/// <summary>`doorward up` of this very build, as a process of its own on a temporary folder that goes away with it.</summary>
internal sealed class BenchInstallation : IAsyncDisposable
{
    private const string Domain = "bench.localhost";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly DirectoryInfo data;
    private readonly IPEndPoint listener;
    private readonly Process process;

    private BenchInstallation(DirectoryInfo data, IPEndPoint listener, Process process)
    {
        (this.data, this.listener, this.process) = (data, listener, process);
        Administration = new ControlClient(new ControlEndpoint.Local(data));
    }

    /// <summary>The admin API, by the local socket.</summary>
    public ControlClient Administration { get; }

    public static async Task<BenchInstallation> StartAsync(CancellationToken cancel)
    {
        var data = Directory.CreateTempSubdirectory("doorward-bench-");
        var listener = new IPEndPoint(IPAddress.Loopback, FreePort());
        var installation = new BenchInstallation(data, listener, Start(data, listener));
        try
        {
            await installation.WaitUntilReadyAsync(cancel);
            return installation;
        }
        catch
        {
            await installation.DisposeAsync();
            throw;
        }
    }

    public Dialer NewDialer() => new(listener, Authorities.FromPem(Path.Combine(data.FullName, "ca.pem")));

    public static string Host(string application) => $"{application}.{Domain}";

    public Uri Door(string application, string path = "/") => new($"https://{Host(application)}:{listener.Port}{path}");

    public Task<JsonNode> ApplyAsync(string yaml, CancellationToken cancel) =>
        ApplyCommand.SendAsync(Administration, DocumentReader.Read("bench", yaml), dryRun: false, prune: false, cancel);

    public async ValueTask DisposeAsync()
    {
        Administration.Dispose();
        if (!process.HasExited)
        {
            // Nothing in the folder is to be kept, so nothing has to be finished.
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
        data.Delete(recursive: true);
    }

    private static Process Start(DirectoryInfo data, IPEndPoint listener)
    {
        // Started by `dotnet doorward.dll` where there is no executable of its own.
        var program = Environment.ProcessPath!;
        string[] prefix = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        var start = new ProcessStartInfo(program, [.. prefix, "up", "--data", data.FullName, "--listen", listener.ToString(), "--domain", Domain])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start) ?? throw new CommandFailure("cannot be started", where: program);
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancel)
    {
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        for (string? line; (line = await process.StandardOutput.ReadLineAsync(cancel).AsTask().WaitAsync(Patience, TimeProvider.System, cancel)) is not null;)
        {
            if (!line.StartsWith("ready", StringComparison.Ordinal))
                continue;
            _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            return;
        }

        throw new CommandFailure($"the installation did not start: {(await errors).Trim()}", "try `doorward up` by itself");
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
