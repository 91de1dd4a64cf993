using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Doorward.Control.Tests.Api;

public sealed class BackupCallTests
{
    [Fact]
    public async Task The_owner_of_the_machine_gets_a_private_file_and_the_act_is_on_record()
    {
        await using var host = await ApiHost.StartAsync();
        var path = Path.Combine(host.Control.Data.Path, "copy.tar");

        using var answer = await host.Local.PostAsJsonAsync("backup", new { path });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(new FileInfo(path).Length, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("bytes").GetInt64());
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Contains(await host.AuditAsync(), static record => record.ToString().Contains("installation.backup", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Conflict, (await host.Local.PostAsJsonAsync("backup", new { path })).StatusCode);
    }

    [Fact]
    public async Task An_administrator_elsewhere_has_one_made_in_the_data_folder_which_stays_there_private_and_restorable()
    {
        await using var host = await ApiHost.StartAsync();
        using var root = await host.PersonAsync("root", "administrators");

        using var answer = await root.PostAsJsonAsync("backup", new { });

        var made = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var path = made.GetProperty("path").GetString()!;
        Assert.Equal(host.Control.Data.Backups, Path.GetDirectoryName(path));
        Assert.Equal(new FileInfo(path).Length, made.GetProperty("bytes").GetInt64());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(host.Control.Data.Backups));
        }

        var storage = await root.GetFromJsonAsync<JsonElement>("storage");
        Assert.Equal(path, storage.GetProperty("backup").GetProperty("path").GetString());
        Assert.True(storage.GetProperty("databaseBytes").GetInt64() > 0 && storage.GetProperty("freeBytes").GetInt64() > 0);
        // No backup is in a backup.
        var names = new List<string>();
        using (var tar = new System.Formats.Tar.TarReader(File.OpenRead(path)))
            while (await tar.GetNextEntryAsync() is { } entry) names.Add(entry.Name);
        Assert.Contains("doorward.db", names);
        Assert.DoesNotContain(names, static name => name.Contains("backup", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_administrator_who_is_not_on_the_machine_chooses_no_place_for_one()
    {
        await using var host = await ApiHost.StartAsync();
        using var root = await host.PersonAsync("root", "administrators");
        var path = Path.Combine(host.Control.Data.Path, "copy.tar");

        Assert.Equal(HttpStatusCode.Forbidden, (await root.PostAsJsonAsync("backup", new { path })).StatusCode);

        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task A_data_folder_that_is_gone_is_told_in_words()
    {
        await using var host = await ApiHost.StartAsync();
        var path = host.Control.Data.Path;

        // The socket is in that folder too: the connection is made before.
        Assert.Equal(HttpStatusCode.OK, (await host.Local.GetAsync("storage")).StatusCode);
        Directory.Move(path, path + ".away");
        try
        {
            using var answer = await host.Local.GetAsync("storage");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        }
        finally
        {
            Directory.Move(path + ".away", path);
        }
    }

    [Theory]
    [InlineData("copy.tar", HttpStatusCode.BadRequest)]
    [InlineData("/no/such/folder/copy.tar", HttpStatusCode.Conflict)]
    public async Task A_path_that_cannot_be_written_is_refused_in_words(string path, HttpStatusCode expected)
    {
        await using var host = await ApiHost.StartAsync();

        using var answer = await host.Local.PostAsJsonAsync("backup", new { path });

        Assert.Equal(expected, answer.StatusCode);
        var detail = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString();
        Assert.False(string.IsNullOrEmpty(detail));
        if (expected == HttpStatusCode.Conflict) Assert.Contains("There is no folder /no/such/folder.", detail, StringComparison.Ordinal);
    }
}
