using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Apart;

/// <summary>An executable compiled ahead of time. Publishing takes a minute, so what was published from the same sources is used again.</summary>
/// <param name="Name">Of the executable.</param>
/// <param name="Projects">Below <c>src</c>: the executable's own last, and those that it is made of.</param>
internal sealed record NativePublication(string Name, params string[] Projects)
{
    public static readonly NativePublication Gateway = new("doorward-gateway", "Doorward.Cedar", "Doorward.Core", "Doorward.Gateway", "Doorward.Gateway.Host");
    public static readonly NativePublication Agent = new("doorward-agent", "Doorward.Cedar", "Doorward.Core", "Doorward.Agent", "Doorward.Agent.Host");
    private static readonly string[] Settings = ["Directory.Build.props", "Directory.Packages.props", "global.json"];

    public static bool CanPublish => File.Exists("/usr/include/zlib.h")
        && Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, "clang")));

    /// <summary>Path of the executable. Fails on any warning: what the compiler cannot vouch for breaks only when it is run.</summary>
    public async Task<string> PublishAsync()
    {
        var native = Path.Combine(Executable.Repository, "artifacts", "native");
        var folder = Path.Combine(native, $"{Name}-{await FingerprintAsync()}");
        var executable = Path.Combine(folder, Name);
        if (File.Exists(executable))
            return executable;
        var partial = folder + ".partial";
        var (code, output) = await RunAsync("dotnet",
            "publish", $"src/{Projects[^1]}", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-o", partial,
            "-p:NuGetAudit=false", $"-p:ArtifactsPath={Path.Combine(native, "build")}", "--verbosity", "quiet");
        Assert.True(code == 0 && !output.Contains("warning", StringComparison.OrdinalIgnoreCase), output);
        Directory.Move(partial, folder);
        return executable;
    }

    private async Task<string> FingerprintAsync()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var sources = Projects.SelectMany(project => Directory.EnumerateFiles(Path.Combine(Executable.Repository, "src", project), "*", SearchOption.AllDirectories));
        foreach (var file in sources.Concat(Settings.Select(name => Path.Combine(Executable.Repository, name))).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(Executable.Repository, file)));
            hash.AppendData(await File.ReadAllBytesAsync(file));
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash().AsSpan(0, 8));
    }

    private static async Task<(int Code, string Output)> RunAsync(string file, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = Executable.Repository,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
