using System.Security.Cryptography;
using Doorward.Control.Changes;
using Doorward.Control.Storage;
using Doorward.Control.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Storage;

public sealed class InstallationTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("doorward-").FullName;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public async Task A_second_start_on_the_same_data_is_refused_in_one_line_and_the_first_goes_on()
    {
        await using var first = await TestInstallation.CreateAsync(_path);

        var refused = Refused(InstallationFault.AlreadyRunning);

        Assert.Contains(_path, refused.Message);
        Assert.DoesNotContain('\n', refused.Message);
        await first.AddUserAsync("alice");
    }

    [Fact]
    public async Task A_start_after_a_crash_keeps_every_acknowledged_change_and_numbers_on()
    {
        // The files as they lie while everything is open are what kill -9 leaves.
        var crashed = Path.Combine(_path, "crashed");
        long acknowledged;
        await using (var test = await TestInstallation.CreateAsync(Path.Combine(_path, "live")))
        {
            await test.AddUserAsync("alice");
            acknowledged = await HeadAsync(test);
            await using (var db = test.Open())
            {
                await db.Database.ExecuteSqlRawAsync("""INSERT INTO "__EFMigrationsLock" VALUES (1, '2030-01-01')""");
            }

            Copy(test.Data.Path, crashed);
        }

        // And in the middle of a backup: a second copy of the keys must not lie about.
        Directory.CreateDirectory(Path.Combine(crashed, "backup.tmp", "keys"));
        await using var restarted = await TestInstallation.CreateAsync(crashed);
        Assert.False(Directory.Exists(Path.Combine(crashed, "backup.tmp")));
        Assert.Equal(acknowledged, await HeadAsync(restarted));
        await restarted.AddUserAsync("bob");
        Assert.Equal(acknowledged + 1, await HeadAsync(restarted));
    }

    [Fact]
    public async Task A_seal_key_that_others_can_read_stops_the_start()
    {
        await MakeAsync();
        File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        Assert.Contains("chmod 600", Refused(InstallationFault.KeyExposed).Message);
    }

    [Fact]
    public async Task A_seal_key_that_is_gone_stops_the_start_and_none_is_made_in_its_place()
    {
        await MakeAsync();
        File.Delete(KeyPath);

        Refused(InstallationFault.KeyUnreadable);
        Assert.False(File.Exists(KeyPath));
    }

    [Fact]
    public async Task A_seal_key_of_another_installation_stops_the_start()
    {
        await MakeAsync();
        File.WriteAllBytes(KeyPath, RandomNumberGenerator.GetBytes(32));

        var refused = await Assert.ThrowsAsync<InstallationException>(() => TestInstallation.CreateAsync(_path));
        Assert.Equal(InstallationFault.KeyUnreadable, refused.Fault);
    }

    [Fact]
    public async Task Another_domain_than_the_datas_stops_the_start()
    {
        await MakeAsync();

        var options = new ControlOptions { DataDirectory = _path, Domain = "example.test" };
        var refused = await Assert.ThrowsAsync<InstallationException>(() => ControlPlane.BuildAsync(options, CancellationToken.None));
        Assert.Equal(InstallationFault.DomainDiffers, refused.Fault);
    }

    [Fact]
    public async Task A_corrupt_database_stops_the_start_and_names_the_way_back()
    {
        await MakeAsync();
        File.WriteAllBytes(Path.Combine(_path, "doorward.db"), RandomNumberGenerator.GetBytes(8192));

        Assert.Contains("restore", Refused(InstallationFault.Corrupt).Message);
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_left_alone()
    {
        await using (var test = await TestInstallation.CreateAsync(_path))
        {
            await using var db = test.Open();
            await db.Database.ExecuteSqlRawAsync("""INSERT INTO "__EFMigrationsHistory" VALUES ('29990101000000_Later', '99')""");
        }

        Refused(InstallationFault.Newer);
    }

    [Fact]
    public void A_full_disk_is_called_that()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_path, "small.db")};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "CREATE TABLE t (x)";
        command.ExecuteNonQuery();
        command.CommandText = "PRAGMA max_page_count = 2";
        command.ExecuteNonQuery();
        command.CommandText = "INSERT INTO t VALUES (zeroblob(100000))";

        var full = Assert.Throws<SqliteException>(() => command.ExecuteNonQuery());

        Assert.Equal(InstallationFault.Full, SqliteStorage.Translate(full, "x").Fault);
    }

    [Fact]
    public void A_file_in_the_place_of_the_directory_is_called_unusable()
    {
        var file = Path.Combine(_path, "file");
        File.WriteAllText(file, "");

        Assert.Equal(InstallationFault.PathUnusable, Assert.Throws<InstallationException>(() => Installation.Open(file, TimeProvider.System)).Fault);
    }

    [Fact]
    public async Task Database_keys_and_directory_are_their_owners_alone()
    {
        await MakeAsync();

        Assert.Equal(PrivateFiles.FileMode600, File.GetUnixFileMode(Path.Combine(_path, "doorward.db")));
        Assert.Equal(PrivateFiles.FileMode600, File.GetUnixFileMode(KeyPath));
        Assert.Equal(PrivateFiles.DirectoryMode700, File.GetUnixFileMode(Path.Combine(_path, "keys")));
    }

    [Theory]
    [InlineData("journal_mode", "wal")]
    [InlineData("synchronous", "2")]
    [InlineData("foreign_keys", "1")]
    [InlineData("busy_timeout", "10000")]
    public async Task Every_connection_keeps_what_it_acknowledged(string pragma, string value)
    {
        await using var test = await TestInstallation.CreateAsync(_path);
        await using var db = test.Open();
        await db.Database.OpenConnectionAsync();
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"PRAGMA {pragma}";

        Assert.Equal(value, (await command.ExecuteScalarAsync())?.ToString());
    }

    private string KeyPath => Path.Combine(_path, "keys", "seal.key");

    private async Task MakeAsync()
    {
        await using var test = await TestInstallation.CreateAsync(_path);
    }

    private InstallationException Refused(InstallationFault fault)
    {
        var refused = Assert.Throws<InstallationException>(() => Installation.Open(_path, TimeProvider.System).Dispose());
        Assert.Equal(fault, refused.Fault);
        return refused;
    }

    private static async Task<long> HeadAsync(TestInstallation test) => (await test.Services.GetRequiredService<ChangeLog>().HeadAsync(CancellationToken.None)).Revision;

    private static void Copy(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in Directory.EnumerateFiles(source).Where(file => Path.GetFileName(file) != "lock"))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }

        foreach (var folder in Directory.EnumerateDirectories(source))
        {
            Copy(folder, Path.Combine(target, Path.GetFileName(folder)));
        }
    }
}
