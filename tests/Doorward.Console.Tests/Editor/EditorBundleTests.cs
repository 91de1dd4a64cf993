using System.ComponentModel;
using System.Diagnostics;
using Doorward.Testing;

namespace Doorward.Console.Tests.Editor;

/// <summary>The bundle is committed, because the product builds without npm; so something must say when it is not what its sources build.</summary>
public sealed class EditorBundleTests
{
    private const string Folder = "src/Doorward.Console/Editor";

    [Fact]
    public async Task The_committed_bundle_is_what_the_sources_build()
    {
        var (installed, said) = await RunAsync("ci", "--ignore-scripts", "--no-audit", "--no-fund");
        Assert.SkipUnless(installed == 0, $"npm ci failed: {said}");

        Assert.Equal((0, ""), await RunAsync("run", "--silent", "check"));
    }

    [Fact]
    public void The_bundle_says_under_which_licences_its_parts_come()
    {
        var notices = Checkout.Read($"{Folder}/cedar-editor.NOTICE.txt");

        Assert.Contains("@codemirror/view", notices, StringComparison.Ordinal);
        Assert.Contains("Permission is hereby granted", notices, StringComparison.Ordinal);
        Assert.Contains("cedar-editor.NOTICE.txt", Checkout.Read($"{Folder}/cedar-editor.min.js")[..300], StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Error)> RunAsync(params string[] arguments)
    {
        try
        {
            using var npm = Process.Start(new ProcessStartInfo("npm", arguments)
            {
                WorkingDirectory = Path.Combine(Checkout.Root, Folder),
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var output = npm.StandardOutput.ReadToEndAsync();
            var error = await npm.StandardError.ReadToEndAsync();
            await output;
            await npm.WaitForExitAsync();
            return (npm.ExitCode, error);
        }
        catch (Win32Exception)
        {
            Assert.Skip("npm is not installed.");
            throw;
        }
    }
}
