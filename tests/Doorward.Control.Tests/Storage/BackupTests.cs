using System.Formats.Tar;
using Doorward.Control.Changes;
using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Doorward.Core.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Storage;

public sealed class BackupTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("doorward-").FullName;

    private string Home => Path.Combine(_root, "home");
    private string File1 => Path.Combine(_root, "one.tar");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_restore_brings_the_state_back_in_a_new_epoch_with_every_session_ended()
    {
        LogPosition before;
        await using (var test = await TestInstallation.CreateAsync(Home))
        {
            var alice = await test.AddUserAsync("alice");
            await test.SignInAsync(alice);
            await using (var codes = test.Open())
            {
                // One that is used after the backup must not be good again after the restore, and nobody knows which.
                codes.RecoveryCodes.Add(new RecoveryCode { Id = "rec_1", UserId = alice.Id, Hash = "hash" });
                await codes.SaveChangesAsync();
            }

            await new Backup(test.Data, TimeProvider.System).WriteAsync(File1, CancellationToken.None);
            before = await HeadAsync(test);
            await test.AddUserAsync("bob");
        }

        var aside = await Restore.RunAsync(Home, File1, TimeProvider.System, CancellationToken.None);

        await using var restored = await TestInstallation.CreateAsync(Home);
        await using var db = restored.Open();
        Assert.Equal(["alice"], await db.Users.Select(u => u.UserName).ToListAsync());
        Assert.Equal(SessionEndCause.Restored, (await db.Sessions.SingleAsync()).EndCause);
        Assert.Empty(await db.RecoveryCodes.ToListAsync());
        Assert.NotEqual(before.Epoch, (await HeadAsync(restored)).Epoch);
        Assert.True(File.Exists(Path.Combine(aside!, "doorward.db")));
        Assert.False(await restored.Services.GetRequiredService<ChangeLog>().CanReplayAsync(before, CancellationToken.None));
    }

    [Fact]
    public async Task A_restore_into_an_empty_directory_moves_nothing_aside()
    {
        await MakeBackupAsync();

        Assert.Null(await Restore.RunAsync(Path.Combine(_root, "elsewhere"), File1, TimeProvider.System, CancellationToken.None));
        await using var restored = await TestInstallation.CreateAsync(Path.Combine(_root, "elsewhere"));
    }

    [Fact]
    public async Task A_restore_over_a_running_instance_is_refused()
    {
        await MakeBackupAsync();
        await using var running = await TestInstallation.CreateAsync(Home);

        await RefusedAsync(InstallationFault.AlreadyRunning);
        await running.AddUserAsync("carol");
    }

    [Fact]
    public async Task A_backup_is_its_owners_alone_and_is_never_written_over()
    {
        await MakeBackupAsync();
        await using var test = await TestInstallation.CreateAsync(Home);

        Assert.Equal(PrivateFiles.FileMode600, File.GetUnixFileMode(File1));
        await Assert.ThrowsAsync<InstallationException>(() => new Backup(test.Data, TimeProvider.System).WriteAsync(File1, CancellationToken.None));
    }

    [Fact]
    public async Task A_file_that_is_no_backup_changes_nothing()
    {
        await MakeBackupAsync();
        await File.WriteAllTextAsync(File1, "nonsense");

        await RefusedAsync(InstallationFault.BackupUnusable);
        await using var test = await TestInstallation.CreateAsync(Home);
        await using var db = test.Open();
        Assert.Equal(1, await db.Users.CountAsync());
    }

    [Theory]
    [InlineData("../evil", TarEntryType.RegularFile)]
    [InlineData("keys/../../evil", TarEntryType.RegularFile)]
    [InlineData("evil", TarEntryType.RegularFile)]
    [InlineData("keys/link", TarEntryType.SymbolicLink)]
    public async Task An_archive_with_ways_out_of_the_directory_is_refused(string name, TarEntryType type)
    {
        await using (var tar = new TarWriter(File.Create(File1)))
        {
            var entry = new PaxTarEntry(type, name);
            if (type == TarEntryType.SymbolicLink)
            {
                entry.LinkName = "/etc/passwd";
            }
            else
            {
                entry.DataStream = new MemoryStream([1]);
            }

            await tar.WriteEntryAsync(entry);
        }

        await RefusedAsync(InstallationFault.BackupUnusable);
        Assert.False(File.Exists(Path.Combine(_root, "evil")));
    }

    [Fact]
    public async Task An_interrupted_restore_must_be_finished_before_anything_starts()
    {
        await MakeBackupAsync();
        File.WriteAllText(Path.Combine(Home, "restore.now"), "");
        Directory.CreateDirectory(Path.Combine(Home, "restore.tmp"));

        var refused = await Assert.ThrowsAsync<InstallationException>(() => TestInstallation.CreateAsync(Home));
        Assert.Contains("doorward restore", refused.Message);

        await Restore.RunAsync(Home, File1, TimeProvider.System, CancellationToken.None);
        await using var test = await TestInstallation.CreateAsync(Home);
    }

    [Fact]
    public async Task Of_many_backups_that_are_asked_for_at_once_in_the_data_folder_one_is_made_and_soon_after_none()
    {
        await using var test = await TestInstallation.CreateAsync();
        using var backup = new Backup(test.Data, test.Time);

        var made = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => FaultAsync(backup))));
        test.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Single(made, static fault => fault is null);
        Assert.Equal(InstallationFault.BackupUnusable, (await FaultAsync(backup))?.Fault);
        Assert.Single(Directory.GetFiles(test.Data.Backups));
    }

    [Fact]
    public async Task The_data_folder_keeps_the_newest_ten_and_what_is_somebodys_own()
    {
        await using var test = await TestInstallation.CreateAsync();
        using var backup = new Backup(test.Data, test.Time);
        var first = await backup.WriteToFolderAsync(CancellationToken.None);
        await File.WriteAllTextAsync(Path.Combine(test.Data.Backups, "mine.tar"), "");
        for (var i = 0; i < 10; i++)
        {
            test.Time.Advance(TimeSpan.FromMinutes(3));
            await backup.WriteToFolderAsync(CancellationToken.None);
        }

        Assert.False(File.Exists(first));
        Assert.Equal(11, Directory.GetFiles(test.Data.Backups).Length);
        Assert.True(File.Exists(Path.Combine(test.Data.Backups, "mine.tar")));
    }

    [Fact]
    public async Task A_backup_that_cannot_be_noted_is_made_all_the_same_and_one_without_a_folder_is_refused_in_words()
    {
        await using var test = await TestInstallation.CreateAsync();
        using var backup = new Backup(test.Data, test.Time);
        Directory.CreateDirectory(test.Data.LastBackup);

        Assert.True(File.Exists(await backup.WriteToFolderAsync(CancellationToken.None)));

        Directory.Delete(test.Data.Backups, recursive: true);
        await File.WriteAllTextAsync(test.Data.Backups, "");
        test.Time.Advance(TimeSpan.FromMinutes(3));
        Assert.NotNull(await FaultAsync(backup));
    }

    private static async Task<InstallationException?> FaultAsync(Backup backup)
    {
        try
        {
            await backup.WriteToFolderAsync(CancellationToken.None);
            return null;
        }
        catch (InstallationException fault)
        {
            return fault;
        }
    }

    private async Task MakeBackupAsync()
    {
        await using var test = await TestInstallation.CreateAsync(Home);
        await test.AddUserAsync("alice");
        await new Backup(test.Data, TimeProvider.System).WriteAsync(File1, CancellationToken.None);
    }

    private async Task RefusedAsync(InstallationFault fault) => Assert.Equal(fault,
        (await Assert.ThrowsAsync<InstallationException>(() => Restore.RunAsync(Home, File1, TimeProvider.System, CancellationToken.None))).Fault);

    private static async Task<LogPosition> HeadAsync(TestInstallation test) => await test.Services.GetRequiredService<ChangeLog>().HeadAsync(CancellationToken.None);
}
