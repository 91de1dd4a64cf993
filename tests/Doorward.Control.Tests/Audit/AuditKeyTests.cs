using Doorward.Control.Audit;

namespace Doorward.Control.Tests.Audit;

/// <summary>Key and log belong together; when one cannot be read the log does not open, and nothing is made anew in its place.</summary>
public sealed class AuditKeyTests : IAsyncLifetime
{
    private readonly TemporaryLog _directory = new();

    public async ValueTask InitializeAsync() => await _directory.FillAsync(3);

    [Fact]
    public void The_key_and_the_log_are_for_their_owner_only()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("no modes here");
            return;
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_directory.KeyFile));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_directory.Folder.Root));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead), InlineData(UnixFileMode.OtherRead), InlineData(UnixFileMode.OtherWrite)]
    public async Task Refuses_a_key_that_others_may_use(UnixFileMode extra)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("no modes here");
            return;
        }

        File.SetUnixFileMode(_directory.KeyFile, UnixFileMode.UserRead | extra);
        await ExpectRefusalAsync("chmod 600");
    }

    [Fact]
    public async Task Refuses_a_key_that_is_no_key()
    {
        await File.WriteAllTextAsync(_directory.KeyFile, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        await ExpectRefusalAsync("cannot read the key");
    }

    [Fact]
    public async Task Refuses_to_make_a_new_key_for_an_old_log()
    {
        File.Delete(_directory.KeyFile);
        await ExpectRefusalAsync("is missing");
        Assert.False(File.Exists(_directory.KeyFile));
    }

    [Fact]
    public async Task Refuses_to_begin_a_new_log_where_the_old_one_was_taken_away()
    {
        Directory.Delete(_directory.Folder.Root, recursive: true);
        await ExpectRefusalAsync("log is missing");
        Assert.False(File.Exists(_directory.Folder.Checkpoint));
    }

    [Fact]
    public async Task Refuses_the_key_of_another_log()
    {
        using var other = new TemporaryLog();
        await other.FillAsync(1);
        File.Copy(other.KeyFile, _directory.KeyFile, overwrite: true);
        await ExpectRefusalAsync("not the key of the log");
    }

    [Fact]
    public async Task Refuses_a_checkpoint_that_was_changed()
    {
        var note = await File.ReadAllTextAsync(_directory.Folder.Checkpoint);
        await File.WriteAllTextAsync(_directory.Folder.Checkpoint, note.Replace("\n3\n", "\n2\n", StringComparison.Ordinal));
        await ExpectRefusalAsync("checkpoint is not ours");
    }

    [Fact]
    public async Task Refuses_personal_values_that_cannot_be_read()
    {
        await File.WriteAllBytesAsync(_directory.Folder.Personal, [.. Enumerable.Repeat((byte)'x', 5000)]);
        await ExpectRefusalAsync("cannot open the audit log");
        Assert.Equal("personal.db", Assert.IsType<AuditVerdict.Bad>(await _directory.VerifyAsync()).File);
    }

    [Fact]
    public async Task A_start_that_was_interrupted_before_the_key_had_its_name_is_made_good()
    {
        using var fresh = new TemporaryLog();
        await fresh.FillAsync();
        await using (fresh.Open())
        {
        }

        File.Move(fresh.KeyFile, fresh.KeyFile + ".new");
        await fresh.FillAsync(2);
        await fresh.VerifyIntactAsync();
    }

    [Fact]
    public async Task The_verifier_key_line_can_be_kept_elsewhere_and_no_other_verifies()
    {
        var vkey = await File.ReadAllTextAsync(_directory.Folder.VerifierKey);
        Assert.IsType<AuditVerdict.Intact>(await AuditVerifier.VerifyAsync(_directory.Data, vkey));

        using var other = new TemporaryLog();
        await other.FillAsync(1);
        var wrong = await AuditVerifier.VerifyAsync(_directory.Data, await File.ReadAllTextAsync(other.Folder.VerifierKey));
        Assert.Equal(AuditFault.BadSignature, Assert.IsType<AuditVerdict.Bad>(wrong).Fault);
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ExpectRefusalAsync(string part)
    {
        await using var log = _directory.Create();
        var refusal = Assert.Throws<AuditUnavailableException>(log.Open);
        Assert.Contains(part, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal.Message);
        await Assert.ThrowsAsync<AuditUnavailableException>(() => log.AppendAsync(Records.Of("x")).AsTask());
    }
}
