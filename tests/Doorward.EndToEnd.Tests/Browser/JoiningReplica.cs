using System.Diagnostics;
using Doorward.Testing;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>A machine on which somebody runs what the console prints. Only folder and address are added, for nothing here is installed.</summary>
internal sealed class JoiningReplica(ProductProcess product) : IAsyncDisposable
{
    private readonly string _state = Directory.CreateTempSubdirectory("doorward-joining-").FullName;
    private Process? _running;

    /// <summary>Runs the lines that join it.</summary>
    public async Task RunAsync(string[] lines, string link)
    {
        Assert.Equal(2, lines.Length);
        var join = Words(lines[0], "sudo doorward-agent ");
        using (var process = Start([.. join, "--state", _state, "--connect", $"127.0.0.1:{product.Port}"]))
        {
            await process.StandardInput.WriteLineAsync(link);
            var errors = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, errors);
        }

        // What systemd starts is in the unit that is named.
        var unit = Assert.Single(Words(lines[1], "sudo systemctl start "));
        var run = Checkout.Read($"deploy/agent/{unit}.service").Split('\n').Single(static line => line.StartsWith("ExecStart=", StringComparison.Ordinal));
        _running = Start([.. Words(run, "ExecStart=/usr/bin/doorward-agent "), "--state", _state]);
        _running.BeginOutputReadLine();
        _running.BeginErrorReadLine();
    }

    /// <summary>What a command prints that goes to a file of the person's.</summary>
    public static async Task<string> PrintAsync(string line)
    {
        using var process = Start(Words(line.Split(" >> ")[0], "doorward-agent "));
        return await process.StandardOutput.ReadToEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_running is { } running)
        {
            running.Kill();
            await running.WaitForExitAsync();
            running.Dispose();
        }

        Directory.Delete(_state, recursive: true);
    }

    private static string[] Words(string line, string prefix)
    {
        Assert.StartsWith(prefix, line, StringComparison.Ordinal);
        return line[prefix.Length..].Trim().Split(' ');
    }

    private static Process Start(string[] arguments) => Process.Start(new ProcessStartInfo(Executable.Agent, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
}
