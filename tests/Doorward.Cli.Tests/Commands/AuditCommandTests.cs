namespace Doorward.Cli.Tests.Commands;

/// <summary>What `audit` is given to work with: files that must be there, and one that must not.</summary>
public sealed class AuditCommandTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("dw-audit-");

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task A_key_that_is_none_checks_nothing_and_is_no_evidence()
    {
        var file = FileOf("key", "not a key");

        var said = await VerifyAsync("--key", file);

        Assert.Equal(1, said.Code);
        Assert.StartsWith($"doorward: {file}: it is no verifier key", said.Error, StringComparison.Ordinal);
        Assert.EndsWith("so nothing was checked; give the right file with --key\n", said.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("evidence", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_not_there_is_said_to_be_so() => Assert.Equal(
        new Said(1, "", $"doorward: {_data.FullName}/nowhere: there is no such file; check --key\n"), await VerifyAsync("--key", Path.Combine(_data.FullName, "nowhere")));

    [Fact]
    public async Task An_export_does_not_replace_a_file_unless_told_and_wants_a_folder_that_is_there()
    {
        var file = FileOf("out.jsonl", "mine");

        Assert.Equal(
            new Said(1, "", $"doorward: {file}: there is a file already; name another with --to, or say --replace\n"),
            await Said.ByAsync("audit", "export", "--to", file, "--data", _data.FullName));
        Assert.Equal("mine", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));

        Assert.Equal(
            new Said(1, "", $"doorward: {_data.FullName}/none: there is no such folder; make it first, or name another with --to\n"),
            await Said.ByAsync("audit", "export", "--to", Path.Combine(_data.FullName, "none", "out.jsonl"), "--data", _data.FullName));
        Assert.Equal(
            new Said(1, "", $"doorward: {_data.FullName}: it is a folder; name a file in it with --to\n"),
            await Said.ByAsync("audit", "export", "--to", _data.FullName, "--data", _data.FullName));
    }

    private Task<Said> VerifyAsync(params string[] more) => Said.ByAsync(["audit", "verify", .. more, "--data", _data.FullName]);

    private string FileOf(string name, string text)
    {
        var file = Path.Combine(_data.FullName, name);
        File.WriteAllText(file, text);
        return file;
    }
}
