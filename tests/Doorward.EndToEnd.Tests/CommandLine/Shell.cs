using System.Diagnostics;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.CommandLine;

/// <summary>A line as people type it, in a real bash that finds <c>doorward</c>.</summary>
internal static class Shell
{
    public static async Task<string> RunAsync(string script)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", $"PATH='{Path.GetDirectoryName(Executable.Path)}':$PATH\n{script}"])
        {
            RedirectStandardOutput = true,
        })!;
        var said = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        return said.Trim();
    }
}
