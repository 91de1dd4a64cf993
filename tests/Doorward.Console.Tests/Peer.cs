using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Doorward.Console.Tests;

/// <summary>A program of others' making (tests/peers) that speaks OpenID Connect with us; JSON lines go both ways.</summary>
internal sealed class Peer : IAsyncDisposable
{
    private static readonly string Folder = Path.Combine(Root(), "tests", "peers");
    private static readonly SemaphoreSlim Installing = new(1, 1);
    private readonly Process process;
    private readonly Task<string> errors;

    private Peer(Process process)
    {
        this.process = process;
        errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Skips the test when there is no node on this machine.</summary>
    public static async Task<Peer> StartAsync(string script, string[] arguments, Dictionary<string, string>? environment = null)
    {
        await InstallAsync();
        return new Peer(Run("node", [script, .. arguments], environment));
    }

    public async Task<JsonElement> ReadAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        if (await process.StandardOutput.ReadLineAsync(patience.Token) is not { } line)
            throw new InvalidOperationException($"The peer ended: {await errors}");
        return JsonSerializer.Deserialize<JsonElement>(line);
    }

    public Task WriteAsync(string line) => process.StandardInput.WriteLineAsync(line);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task InstallAsync()
    {
        await Installing.WaitAsync();
        try
        {
            using var node = Run("node", ["--version"], null);
            await node.WaitForExitAsync();
            if (Directory.Exists(Path.Combine(Folder, "node_modules", "undici")))
                return;
            using var npm = Run("npm", ["ci", "--no-audit", "--no-fund"], null);
            var said = await npm.StandardError.ReadToEndAsync();
            await npm.WaitForExitAsync();
            Assert.SkipUnless(npm.ExitCode == 0, $"npm ci failed: {said}");
        }
        catch (Win32Exception)
        {
            Assert.Skip("node or npm is not installed.");
        }
        finally
        {
            Installing.Release();
        }
    }

    private static Process Run(string program, string[] arguments, Dictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Doorward.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        return folder.FullName;
    }
}
