using System.Diagnostics;
using Doorward.Control.Audit;

namespace Doorward.Control.Tests.Audit;

/// <summary>A log that cannot write refuses, and takes records again by itself, with every acknowledged one in it.</summary>
public sealed class OutageTests : IDisposable
{
    private readonly TemporaryLog _directory = new();

    [Fact]
    public async Task On_a_full_disk_every_append_is_refused_until_there_is_space_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root" && Mount(_directory.Data), "needs root to mount a small file system");
        try
        {
            var acknowledged = 0;
            await using (var log = _directory.Open())
            {
                var filler = Path.Combine(_directory.Data, "filler");
                await log.AppendAsync(Records.SignIn("alice", "192.0.2.7"));
                for (var round = 0; round < 3; round++)
                {
                    Fill(filler, leave: round * 6000);
                    var refused = 0;
                    for (var i = 0; i < 200 && refused == 0; i++)
                    {
                        await log.AppendAsync(Records.SignIn($"user-{i}", "192.0.2.7")).AsTask()
                            .ContinueWith(t => _ = t.IsCompletedSuccessfully ? acknowledged++ : refused++, TaskScheduler.Default);
                    }

                    Assert.Equal(1, refused);
                    Assert.IsType<AuditState.Unavailable>(log.State);
                    await Assert.ThrowsAsync<AuditUnavailableException>(() => log.AppendAsync(Records.Of("denied")).AsTask());
                    File.Delete(filler);
                    await AvailableAgainAsync(log);
                    await log.AppendAsync(Records.Of("allowed"));
                }
            }

            await _directory.VerifyIntactAsync();
            var entries = _directory.Entries();
            Assert.Equal(acknowledged + 1, entries.Count(e => e.Contains("\"sign-in\"", StringComparison.Ordinal)));
            Assert.Equal(3, entries.Count(e => e.Contains("log.recovered", StringComparison.Ordinal)));
            Assert.Equal(3, entries.Count(e => e.Contains("\"allowed\"", StringComparison.Ordinal)));
            Assert.DoesNotContain(entries, e => e.Contains("\"denied\"", StringComparison.Ordinal));
        }
        finally
        {
            Run("umount", _directory.Data);
        }
    }

    [Fact]
    public async Task When_the_checkpoint_cannot_be_written_nothing_is_acknowledged()
    {
        await using (var log = _directory.Open())
        {
            await log.AppendAsync(Records.Of("before"));
            // Writing through this link fails as on a full disk.
            File.CreateSymbolicLink(_directory.Folder.CheckpointDraft, "/dev/full");
            await Assert.ThrowsAsync<AuditUnavailableException>(() => log.AppendAsync(Records.Of("denied")).AsTask());
            await AvailableAgainAsync(log);
            await log.AppendAsync(Records.Of("after"));
        }

        await _directory.VerifyIntactAsync();
        Assert.DoesNotContain(_directory.Entries(), e => e.Contains("\"denied\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task When_the_folder_of_entries_is_taken_away_nothing_is_acknowledged_until_it_is_back()
    {
        await using (var log = _directory.Open())
        {
            await log.AppendAsync(Records.Of("before"));
            var folder = Path.Combine(_directory.Folder.Root, "tile", "entries");
            Directory.Move(folder, folder + "-away");
            await File.WriteAllTextAsync(folder, "in the way");
            var refusals = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
                Assert.ThrowsAsync<AuditUnavailableException>(() => log.AppendAsync(Records.Of("denied")).AsTask())));
            Assert.All(refusals, r => Assert.Contains("not recorded", r.Message, StringComparison.Ordinal));

            File.Delete(folder);
            Directory.Move(folder + "-away", folder);
            await AvailableAgainAsync(log);
            await log.AppendAsync(Records.Of("after"));
        }

        await _directory.VerifyIntactAsync();
        var recovered = Assert.Single(_directory.Entries(), e => e.Contains("log.recovered", StringComparison.Ordinal));
        Assert.Contains("\"refused\":50", recovered, StringComparison.Ordinal);
        Assert.DoesNotContain(_directory.Entries(), e => e.Contains("\"denied\"", StringComparison.Ordinal));
    }

    public void Dispose() => _directory.Dispose();

    // Nobody appends meanwhile: the log has to see by itself that the cause is gone.
    private static async Task AvailableAgainAsync(AuditLog log)
    {
        for (var i = 0; i < 1_200 && log.State is not AuditState.Available; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        Assert.IsType<AuditState.Available>(log.State);
    }

    // Takes all space but a few bytes, so that the refusal comes at another step of the commit each time.
    private static void Fill(string path, int leave)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(new byte[1024]);
            }
        }
        catch (IOException)
        {
            file.SetLength(Math.Max(0, file.Length - leave));
        }
    }

    private static bool Mount(string folder) => Run("mount", "-t", "tmpfs", "-o", "size=4m", "none", folder);

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
        process?.WaitForExit();
        return process?.ExitCode == 0;
    }
}
