using System.ComponentModel;
using System.Diagnostics;

namespace Doorward.Cli.Trust;

/// <summary>Runs a program of the system with an argument list (never through a shell) and keeps what it said.</summary>
internal static class Tool
{
    /// <summary>The exit code and what was said, or null when there is no such program.</summary>
    public static async Task<(int Code, string Said)?> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
            await process.WaitForExitAsync(cancel);
            return (process.ExitCode, string.Concat(said).Trim());
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
