using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Doorward.Testing;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Guides;

/// <summary>
/// Follows guides to the letter, in a folder beside the installation: writes the files whose name stands at their head, and runs every
/// command in bash, which must end with 0, or with the exit code that stands behind it. What differs is where things listen.
/// </summary>
internal sealed partial class GuideReader : IDisposable
{
    private readonly ProductProcess _product;
    private readonly Upstream _upstream;

    public GuideReader(ProductProcess product, Upstream upstream)
    {
        (_product, _upstream) = (product, upstream);
        File.CreateSymbolicLink(Path.Combine(Folder, ".doorward"), product.Data);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("dw-guide-").FullName;

    /// <summary>Everything that the commands said.</summary>
    public async Task<string> FollowAsync(string page)
    {
        var said = new StringBuilder();
        foreach (Match block in Block().Matches(Checkout.Read(page)))
        {
            var (language, text) = (block.Groups[1].Value, block.Groups[2].Value);
            if (language == "yaml" && FileName().Match(text) is { Success: true } name)
                await File.WriteAllTextAsync(Path.Combine(Folder, name.Groups[1].Value), text);
            if (language == "sh")
                said.Append(await RunAsync(page, text));
        }

        return said.ToString();
    }

    /// <summary>One line as people type it; returns what it said, or fails when it does not end as it should.</summary>
    public Task<string> TypeAsync(string line) => RunAsync("typed", line);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private async Task<string> RunAsync(string page, string commands)
    {
        var script = new StringBuilder("exec 2>&1\n");
        foreach (var line in commands.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var expected = ExitCode().Match(line) is { Success: true } code ? code.Groups[1].Value : "0";
            script.Append($"{Here(line)}\ncode=$?; if [ $code != {expected} ]; then echo \"ended with $code, not {expected}\"; exit 99; fi\n");
        }

        var start = new ProcessStartInfo("bash", ["-c", script.ToString()]) { WorkingDirectory = Folder, RedirectStandardOutput = true };
        start.Environment["PATH"] = $"{Path.GetDirectoryName(Executable.Path)}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["DOORWARD_HOME"] = Folder;
        using var bash = Process.Start(start)!;
        var said = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        Assert.True(bash.ExitCode == 0, $"{page}:\n{commands}\n{said}");
        return said;
    }

    private string Here(string line) => line
        .Replace("http://127.0.0.1:9000", _upstream.Address, StringComparison.Ordinal)
        .Replace("https://wiki.doorward.localhost:8443/", $"--resolve wiki.{ProductProcess.Domain}:{_product.Port}:127.0.0.1 {_product.Url("wiki")}", StringComparison.Ordinal);

    [GeneratedRegex(@"(?ms)^```(\w+)\n(.*?)^```")]
    private static partial Regex Block();

    [GeneratedRegex(@"\A# ([\w.-]+\.yaml)\n")]
    private static partial Regex FileName();

    [GeneratedRegex(@" # exit code (\d+)")]
    private static partial Regex ExitCode();
}
