using Doorward.Control.Audit;

namespace Doorward.Control.Tests.Audit;

/// <summary>
/// Every state that a crash during a commit can leave behind is made from files, opened, and must hold all acknowledged records,
/// none of the unacknowledged ones, and a log that verifies.
/// </summary>
public sealed class CrashTests : IAsyncLifetime
{
    private const int Before = 254;

    // The order in which a commit that crosses a tile boundary writes.
    private static readonly string[] WriteOrder =
        ["tile/entries/000", "tile/0/000", "tile/entries/001.p/2", "tile/0/001.p/2", "tile/1/000.p/1", "checkpoint.tmp"];

    private readonly TemporaryLog _before = new();
    private readonly Dictionary<string, byte[]> _written = [];
    private List<string> _acknowledged = [];

    public async ValueTask InitializeAsync()
    {
        await _before.FillAsync(100, Before - 100);
        _acknowledged = _before.Entries();
        using var after = _before.Copy();
        await after.FillAsync(4);
        foreach (var name in WriteOrder)
        {
            var source = name == "checkpoint.tmp" ? "checkpoint" : name;
            _written[name] = await File.ReadAllBytesAsync(Path.Combine(after.Folder.Root, source));
        }
    }

    [Fact]
    public async Task Torn_at_any_byte_of_any_file_the_batch_is_cut_and_nothing_acknowledged_is_lost()
    {
        for (var file = 0; file < WriteOrder.Length; file++)
        {
            var whole = _written[WriteOrder[file]].Length;
            for (var length = 0; length <= whole; length += whole - length > 180 ? 997 : 1)
            {
                await ExpectCutAsync(state =>
                {
                    foreach (var earlier in WriteOrder[..file])
                    {
                        Write(state, earlier, _written[earlier]);
                    }

                    Write(state, WriteOrder[file], _written[WriteOrder[file]][..Math.Min(length, whole)]);
                });
            }
        }
    }

    [Fact]
    public async Task Whatever_of_the_batch_reached_the_disk_is_cut()
    {
        for (var subset = 1; subset < 1 << WriteOrder.Length; subset++)
        {
            await ExpectCutAsync(state =>
            {
                foreach (var file in WriteOrder.Where((_, i) => (subset & (1 << i)) != 0))
                {
                    Write(state, file, _written[file]);
                }
            });
        }
    }

    [Fact]
    public async Task With_the_checkpoint_in_place_the_whole_batch_is_there()
    {
        using var state = Committed();
        await ExpectWholeAsync(state);
    }

    [Theory]
    [InlineData(null), InlineData(0), InlineData(31), InlineData(33)]
    public async Task A_leaf_tile_that_the_disk_lost_is_made_again(int? length)
    {
        using var state = Committed();
        var tile = Path.Combine(state.Folder.Root, "tile/0/001.p/2");
        File.Delete(tile);
        if (length is { } kept)
        {
            await File.WriteAllBytesAsync(tile, _written["tile/0/001.p/2"][..kept]);
        }

        await ExpectWholeAsync(state);
    }

    [Fact]
    public async Task A_higher_tile_that_was_damaged_is_made_again_from_the_entries()
    {
        using var state = Committed();
        Write(state, "tile/1/000.p/1", new byte[32]);
        await ExpectWholeAsync(state);
    }

    [Fact]
    public async Task Refuses_to_go_on_when_an_acknowledged_record_is_damaged()
    {
        using var state = Committed();
        _written["tile/entries/001.p/2"][40] ^= 1;
        Write(state, "tile/entries/001.p/2", _written["tile/entries/001.p/2"]);

        await using var log = state.Create();
        Assert.Contains("damaged", Assert.Throws<AuditUnavailableException>(log.Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Personal_values_of_a_batch_that_was_cut_are_gone_too()
    {
        await using (var log = _before.Open())
        {
            await log.AppendAsync(Records.SignIn("alice", "192.0.2.7"));
        }

        using var earlier = _before.Copy();
        await using (var log = _before.Open())
        {
            await log.AppendAsync(Records.SignIn("bob", "192.0.2.8"));
        }

        File.Copy(_before.Folder.Personal, earlier.Folder.Personal, overwrite: true);
        await using (var log = earlier.Open())
        {
            await log.AppendAsync(Records.SignIn("carol", "192.0.2.9"));
        }

        await earlier.VerifyIntactAsync();
        var export = new MemoryStream();
        await AuditExport.WriteAsync(earlier.Data, export);
        var lines = System.Text.Encoding.UTF8.GetString(export.ToArray());
        Assert.Contains("alice", lines, StringComparison.Ordinal);
        Assert.Contains("carol", lines, StringComparison.Ordinal);
        Assert.DoesNotContain("bob", lines, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync()
    {
        _before.Dispose();
        return ValueTask.CompletedTask;
    }

    private TemporaryLog Committed()
    {
        var state = _before.Copy();
        foreach (var file in WriteOrder)
        {
            Write(state, file == "checkpoint.tmp" ? "checkpoint" : file, _written[file]);
        }

        return state;
    }

    private async Task ExpectCutAsync(Action<TemporaryLog> crash)
    {
        using var state = _before.Copy();
        crash(state);
        await state.VerifyIntactAsync();
        await state.FillAsync(3);

        Assert.Equal(Before + 4, (await state.VerifyIntactAsync()).Size);
        var entries = state.Entries();
        Assert.Equal(_acknowledged, entries[..Before]);
        Assert.Contains("log.tail-cut", entries[Before], StringComparison.Ordinal);
    }

    private static async Task ExpectWholeAsync(TemporaryLog state)
    {
        await state.FillAsync(1);
        Assert.Equal(Before + 5, (await state.VerifyIntactAsync()).Size);
        Assert.DoesNotContain(state.Entries(), e => e.Contains("log.tail-cut", StringComparison.Ordinal));
    }

    private static void Write(TemporaryLog state, string file, byte[] bytes)
    {
        var path = Path.Combine(state.Folder.Root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }
}
