using System.Diagnostics;
using System.Text.Json;

namespace Doorward.Control.Tests.Audit;

/// <summary>The commands in docs/reference/audit-log.md, run to the letter by tools that are not ours.</summary>
public sealed class AuditLogReferenceTests : IDisposable
{
    private readonly TemporaryLog _directory = new();

    [Fact]
    public async Task Openssl_verifies_the_checkpoint_and_rejects_a_changed_one()
    {
        await _directory.FillAsync(3);
        Assert.Equal("Verified OK", await RunAsync(Commands()[0]));

        var note = await File.ReadAllTextAsync(_directory.Folder.Checkpoint);
        await File.WriteAllTextAsync(_directory.Folder.Checkpoint, note.Replace("\n3\n", "\n2\n", StringComparison.Ordinal));
        Assert.DoesNotContain("OK", await RunAsync(Commands()[0]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3), InlineData(300)]
    public async Task The_first_record_has_the_hash_that_is_stored_for_it(int records)
    {
        await _directory.FillAsync(records);
        var lines = (await RunAsync(Commands()[1])).Split('\n');
        Assert.Equal(0, JsonDocument.Parse(lines[0]).RootElement.GetProperty("seq").GetInt64());
        Assert.Equal(64, lines[1].Length);
        Assert.Equal(lines[1], lines[2]);
    }

    public void Dispose() => _directory.Dispose();

    private static string[] Commands()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Doorward.slnx")))
        {
            root = Path.GetDirectoryName(root) ?? throw new DirectoryNotFoundException("not below the repository");
        }

        var page = File.ReadAllText(Path.Combine(root, "docs", "reference", "audit-log.md"));
        return [.. page.Split("```sh\n").Skip(1).Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)])];
    }

    private async Task<string> RunAsync(string script)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/openssl") && File.Exists("/bin/bash"), "needs openssl and bash");
        using var shell = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", script])
        {
            WorkingDirectory = _directory.Folder.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return output.Trim();
    }
}
