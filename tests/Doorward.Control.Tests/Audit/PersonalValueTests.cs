using System.Text;
using Doorward.Control.Audit;

namespace Doorward.Control.Tests.Audit;

public sealed class PersonalValueTests : IDisposable
{
    private readonly TemporaryLog _directory = new();

    [Fact]
    public async Task Never_stands_in_the_log_but_in_the_export()
    {
        await using var log = _directory.Open();
        await log.AppendAsync(Records.SignIn("alice", "192.0.2.7"));

        var entry = Assert.Single(_directory.Entries());
        Assert.DoesNotContain("alice", entry, StringComparison.Ordinal);
        Assert.DoesNotContain("192.0.2.7", entry, StringComparison.Ordinal);
        Assert.Contains("\"personal\":[\"actor\",\"details.ip\"]", entry, StringComparison.Ordinal);
        Assert.Contains("\"actor\":\"alice\"", Assert.Single(await ExportAsync()), StringComparison.Ordinal);
        Assert.Contains("\"ip\":\"192.0.2.7\"", Assert.Single(await ExportAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_value_has_another_hash_in_every_record()
    {
        await using var log = _directory.Open();
        await log.AppendAsync([Records.SignIn("alice", "192.0.2.7"), Records.SignIn("alice", "192.0.2.7")]);
        var hashes = _directory.Entries().Select(e => e[e.IndexOf("h1:", StringComparison.Ordinal)..][..47]).ToList();
        Assert.Equal(2, hashes.Distinct().Count());
    }

    [Fact]
    public async Task Erasing_a_person_takes_name_and_address_and_leaves_a_log_that_verifies()
    {
        await using (var log = _directory.Open())
        {
            await log.AppendAsync([Records.SignIn("alice", "192.0.2.7"), Records.SignIn("bob", "192.0.2.8")]);
            await log.AppendAsync(Records.Of("x") with { Actor = AuditValue.Personal("root"), Target = AuditValue.Personal("alice") });
            Assert.Equal(3, await log.EraseAsync("alice", "administrator-1"));
            Assert.Equal(0, await log.EraseAsync("alice", "administrator-1"));
        }

        Assert.True((await _directory.VerifyIntactAsync()).PersonalChecked);
        var lines = await ExportAsync();
        Assert.Contains("\"actor\":\"erased\"", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"ip\":\"erased\"", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"actor\":\"bob\"", lines[1], StringComparison.Ordinal);
        Assert.Contains("\"actor\":\"root\"", lines[2], StringComparison.Ordinal);
        Assert.Contains("\"target\":\"erased\"", lines[2], StringComparison.Ordinal);
        Assert.Contains("personal.erase", lines[3], StringComparison.Ordinal);
        Assert.Contains("\"values\":3", lines[4], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Erasing_an_administrator_leaves_the_users_whom_they_changed()
    {
        await using (var log = _directory.Open())
        {
            await log.AppendAsync(Records.Of("x") with
            {
                Actor = AuditValue.Personal("root"),
                Details = new Dictionary<string, AuditValue> { ["user1"] = AuditValue.Personal("alice"), ["userAgent"] = AuditValue.Personal("curl") },
            });
            Assert.Equal(2, await log.EraseAsync("root", "administrator-1"));
        }

        var line = (await ExportAsync())[0];
        Assert.Contains("\"user1\":\"alice\"", line, StringComparison.Ordinal);
        Assert.Contains("\"userAgent\":\"erased\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_erased_value_is_in_no_file_any_more()
    {
        await using var log = _directory.Open();
        await log.AppendAsync(Records.SignIn("alice.the.unforgettable", "192.0.2.7"));
        Assert.NotEmpty(FilesWith("alice.the.unforgettable"));
        await log.EraseAsync("alice.the.unforgettable", "administrator-1");
        Assert.Empty(FilesWith("alice.the.unforgettable"));
    }

    [Fact]
    public async Task A_plain_text_that_looks_like_a_hash_stays_what_it_is()
    {
        await using var log = _directory.Open();
        await log.AppendAsync(Records.Of("h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
        Assert.Contains("\"target\":\"h1:AAAA", Assert.Single(await ExportAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_personal_values_the_log_verifies_and_they_read_as_erased()
    {
        await using (var log = _directory.Open())
        {
            await log.AppendAsync(Records.SignIn("alice", "192.0.2.7"));
        }

        File.Delete(_directory.Folder.Personal);
        Assert.False((await _directory.VerifyIntactAsync()).PersonalChecked);
        Assert.Contains("\"actor\":\"erased\"", Assert.Single(await ExportAsync()), StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();

    private IEnumerable<string> FilesWith(string text) => Directory.GetFiles(_directory.Data, "*", SearchOption.AllDirectories)
        .Where(f => Path.GetFileName(f) != "lock" && Read(f).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);

    private static byte[] Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private async Task<string[]> ExportAsync()
    {
        using var output = new MemoryStream();
        Assert.IsType<AuditExportResult.Done>(await AuditExport.WriteAsync(_directory.Data, output));
        return Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
