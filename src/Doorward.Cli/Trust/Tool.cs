using System.ComponentModel;
using System.Diagnostics;

namespace Doorward.Cli.Trust;

/// <summary>Runs a program of the system with an argument list (never through a shell) and keeps what it said.</summary>
internal static class Tool
{
    /// <summary>The exit code and what was said, or null when there is no such program.</summary>
    /// <param name="home">When given, the program gets this as its home, the search path, and nothing else of our environment.</param>
    public static async Task<(int Code, string Said)?> RunAsync(
        string program, IEnumerable<string> arguments, CancellationToken cancel, string input = "", string? home = null)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        if (home is not null)
        {
            start.Environment.Clear();
            start.Environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
            start.Environment["HOME"] = home;
        }

        try
        {
            using var process = Process.Start(start)!;
            await WriteAsync(process, input, cancel);
            var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
            await process.WaitForExitAsync(cancel);
            return (process.ExitCode, string.Concat(said).Trim());
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static async Task WriteAsync(Process process, string input, CancellationToken cancel)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancel);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading; its exit code says why.
        }
    }
}
