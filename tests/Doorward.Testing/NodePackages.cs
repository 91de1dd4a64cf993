using System.ComponentModel;
using System.Diagnostics;

namespace Doorward.Testing;

/// <summary>Programs of others' making that tests run or read (tests/peers), fetched by npm on first use.</summary>
public static class NodePackages
{
    public static readonly string Folder = Path.Combine(Checkout.Root, "tests", "peers");
    private static readonly SemaphoreSlim Installing = new(1, 1);

    /// <summary>Why they cannot be had here; null when they are there.</summary>
    public static async Task<string?> MissingAsync()
    {
        await Installing.WaitAsync();
        try
        {
            using var node = Run("node", ["--version"], null);
            await node.WaitForExitAsync();

            // npm leaves a copy of the lock file that it installed from; two test programs may ask at once.
            var installed = Path.Combine(Folder, "node_modules", ".package-lock.json");
            if (File.Exists(installed) && File.GetLastWriteTimeUtc(installed) >= File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
                return null;
            using var npm = Run("npm", ["ci", "--no-audit", "--no-fund"], null);
            var said = await npm.StandardError.ReadToEndAsync();
            await npm.WaitForExitAsync();
            return npm.ExitCode == 0 ? null : $"npm ci failed: {said}";
        }
        catch (Win32Exception)
        {
            return "node or npm is not installed.";
        }
        finally
        {
            Installing.Release();
        }
    }

    public static Process Run(string program, string[] arguments, Dictionary<string, string>? environment)
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
}
