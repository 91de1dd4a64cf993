using System.Diagnostics;

namespace Doorward.EndToEnd.Tests.Launcher;

public class LauncherTests
{
    [Fact]
    public async Task Builds_on_first_use_and_leaves_stdout_to_the_command()
    {
        using var home = new LauncherHome();

        var first = await home.RunAsync("a b", "c");

        Assert.Equal(0, first.Code);
        Assert.StartsWith($"one a b|c\n{home.Folder}\n", first.Out);
        // One line each and nothing of the tools that it uses; whether progress is seen depends on how long the build takes.
        Assert.Matches(@"^doorward: first use: building[^\n]*\n(doorward: built 1 of 1 projects \(\d+ s\)\n)?doorward: built in \d+ s\n$", first.Error);

        var second = await home.RunAsync("fail");
        Assert.Equal(7, second.Code);
        Assert.Empty(second.Error);
    }

    [Fact]
    public async Task Adds_less_than_half_a_second_when_nothing_changed()
    {
        using var home = new LauncherHome();
        await home.RunAsync();
        var best = TimeSpan.MaxValue;
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var begun = Stopwatch.GetTimestamp();
            await home.RunAsync();
            best = TimeSpan.FromTicks(Math.Min(best.Ticks, Stopwatch.GetElapsedTime(begun).Ticks));
        }

        Assert.True(best < TimeSpan.FromMilliseconds(500), $"took {best}");
    }

    [Fact]
    public async Task Builds_again_when_a_source_changed_and_a_running_process_keeps_its_files()
    {
        using var home = new LauncherHome();
        await home.RunAsync();
        using var running = LauncherHome.Start(home.Launcher, home.Folder, [], "wait");
        Assert.Equal("one wait", await running.StandardOutput.ReadLineAsync());
        await running.StandardOutput.ReadLineAsync();
        var itsFolder = (await running.StandardOutput.ReadLineAsync())!;

        home.SourcePrints("two");
        var changed = await home.RunAsync();

        Assert.StartsWith("two ", changed.Out);
        Assert.True(Directory.Exists(itsFolder));
        running.StandardInput.Close();
        Assert.Equal("System.Private.Xml.Linq", await running.StandardOutput.ReadLineAsync());
        await running.WaitForExitAsync();
        Assert.Equal(0, running.ExitCode);

        home.SourcePrints("three");
        Assert.StartsWith("three ", (await home.RunAsync()).Out);
        Assert.False(Directory.Exists(itsFolder), "a version that nobody runs is removed");
    }

    [Fact]
    public async Task Builds_again_when_a_source_was_deleted()
    {
        using var home = new LauncherHome();
        home.Write("src/Doorward.Cli/Extra.cs", "internal static class Extra;");
        await home.RunAsync();

        File.Delete(Path.Combine(home.Folder, "src/Doorward.Cli/Extra.cs"));

        Assert.Contains("sources changed: building", (await home.RunAsync()).Error);
    }

    [Fact]
    public async Task Works_through_a_symlink_from_another_folder()
    {
        using var home = new LauncherHome();
        var elsewhere = Directory.CreateTempSubdirectory("dw-elsewhere-");
        var link = Path.Combine(elsewhere.FullName, "dw");
        File.CreateSymbolicLink(link, home.Launcher);

        var outcome = await LauncherHome.RunAsync(link, elsewhere.FullName, [], "x");

        Assert.StartsWith($"one x\n{home.Folder}\n", outcome.Out);
        elsewhere.Delete(recursive: true);
    }

    [Fact]
    public async Task Two_at_once_build_once()
    {
        using var home = new LauncherHome();

        var outcomes = await Task.WhenAll(home.RunAsync("a"), home.RunAsync("b"));

        Assert.All(outcomes, outcome => Assert.Equal(0, outcome.Code));
        Assert.Single(outcomes, outcome => outcome.Error.Contains("building", StringComparison.Ordinal));
        Assert.Single(outcomes, outcome => outcome.Error.Contains("waiting for another build", StringComparison.Ordinal));
        Assert.Single(Directory.GetDirectories(Path.Combine(home.Folder, ".build"), "version-*"));
    }

    [Fact]
    public async Task A_build_that_fails_says_why_in_one_line_and_keeps_the_last_good_one_for_later()
    {
        using var home = new LauncherHome();
        await home.RunAsync();
        home.Write("src/Doorward.Cli/Program.cs", "this is not C#");

        var failed = await home.RunAsync();

        Assert.Equal(1, failed.Code);
        Assert.Empty(failed.Out);
        Assert.Matches(@"doorward: the build failed: error CS\d+: .*\(log: .*/\.build/build\.log\)\n$", failed.Error);
        home.SourcePrints("mended");
        Assert.StartsWith("mended ", (await home.RunAsync()).Out);
    }

    [Fact]
    public async Task A_restore_that_fails_says_so_in_one_line()
    {
        using var home = new LauncherHome();
        home.Write("src/Doorward.Cli/Doorward.Cli.csproj",
            """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <AssemblyName>doorward</AssemblyName>
                <RestoreSources>/nowhere/at/all</RestoreSources>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="No.Such.Package.Anywhere" Version="1.0.0" /></ItemGroup>
            </Project>
            """);

        var outcome = await home.RunAsync();

        Assert.Equal(1, outcome.Code);
        Assert.Matches(@"\ndoorward: restoring packages failed \(is the package source reachable\?\): error NU\d+: .*build\.log\)\n$", outcome.Error);
    }

    [Fact]
    public async Task Without_an_SDK_one_line_says_how_to_get_it()
    {
        using var home = new LauncherHome();
        var tools = ToolsWithout("dotnet");

        var outcome = await LauncherHome.RunAsync(home.Launcher, home.Folder, new() { ["PATH"] = tools.FullName });

        Assert.Equal(1, outcome.Code);
        Assert.Matches("^doorward: the \\.NET 10 SDK is not installed[^\n]*dotnet-sdk-10\\.0[^\n]*\n$", outcome.Error);
        tools.Delete(recursive: true);
    }

    [Fact]
    public async Task An_SDK_that_is_too_old_is_named_as_such()
    {
        using var home = new LauncherHome();
        var tools = ToolsWithout("dotnet");
        var old = Path.Combine(tools.FullName, "dotnet");
        await File.WriteAllTextAsync(old, "#!/bin/sh\necho '8.0.404 [/usr/lib/dotnet/sdk]'\n");
        File.SetUnixFileMode(old, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        var outcome = await LauncherHome.RunAsync(home.Launcher, home.Folder, new() { ["PATH"] = tools.FullName });

        Assert.Equal(1, outcome.Code);
        Assert.Matches("^doorward: the \\.NET SDK found here is older than 10[^\n]*\n$", outcome.Error);
        tools.Delete(recursive: true);
    }

    [Fact]
    public async Task A_built_checkout_runs_read_only()
    {
        using var home = new LauncherHome();
        await home.RunAsync();
        SetWritable(home.Folder, false);
        try
        {
            // Root writes where it likes, so an ordinary user runs this part.
            var outcome = await RunAsOrdinaryUserAsync(home);

            Assert.Equal(0, outcome.Code);
            Assert.StartsWith("one ", outcome.Out);
        }
        finally
        {
            SetWritable(home.Folder, true);
        }
    }

    [Fact]
    public async Task A_changed_checkout_that_cannot_be_written_says_so()
    {
        using var home = new LauncherHome();
        await home.RunAsync();
        home.SourcePrints("two");
        SetWritable(home.Folder, false);
        try
        {
            var outcome = await RunAsOrdinaryUserAsync(home);

            Assert.Equal(1, outcome.Code);
            Assert.Matches("^doorward: cannot build: .*/\\.build is not writable[^\n]*\n$", outcome.Error);
        }
        finally
        {
            SetWritable(home.Folder, true);
        }
    }

    private static Task<LauncherHome.Outcome> RunAsOrdinaryUserAsync(LauncherHome home) => Environment.IsPrivilegedProcess
        ? LauncherHome.RunAsync("setpriv", "/", new() { ["HOME"] = "/tmp" }, "--reuid=65534", "--regid=65534", "--clear-groups", home.Launcher)
        : home.RunAsync();

    private static void SetWritable(string folder, bool writable)
    {
        using var changed = Process.Start("chmod", ["-R", writable ? "u+w" : "a-w,a+rX", folder]);
        changed.WaitForExit();
    }

    // A PATH of links to everything that the launcher may use, but one.
    private static DirectoryInfo ToolsWithout(string absent)
    {
        var folder = Directory.CreateTempSubdirectory("dw-path-");
        foreach (var source in (string[])["/usr/bin", "/bin"])
        {
            foreach (var tool in Directory.EnumerateFiles(source).Where(tool => Path.GetFileName(tool) != absent))
            {
                var link = Path.Combine(folder.FullName, Path.GetFileName(tool));
                if (!File.Exists(link))
                {
                    File.CreateSymbolicLink(link, tool);
                }
            }
        }

        return folder;
    }
}
