using Doorward.Control.Audit;
using Doorward.Control.Audit.Notes;
using Doorward.Control.Audit.Personal;
using Doorward.Control.Audit.Tiles;
using Microsoft.Data.Sqlite;

namespace Doorward.Control.Tests.Audit;

/// <summary>Every way to tamper is done to the files of a real log, and must be named with record and file.</summary>
public sealed class AuditVerifierTests : IAsyncLifetime
{
    private readonly TemporaryLog _directory = new();

    // Two full bundles and a partial one of 88 records.
    public async ValueTask InitializeAsync() => await _directory.FillAsync(100, 300, 200);

    [Fact]
    public async Task An_untouched_log_is_intact()
    {
        var intact = await _directory.VerifyIntactAsync();
        Assert.Equal(600, intact.Size);
        Assert.True(intact.PersonalChecked);
    }

    [Theory]
    [InlineData(0), InlineData(255), InlineData(300), InlineData(599)]
    public async Task Names_an_altered_record(int sequence)
    {
        Edit(sequence, entries => entries[sequence % 256][^4] ^= 1);
        await ExpectAsync(AuditFault.Altered, sequence, BundleOf(sequence).Path);
    }

    [Theory]
    [InlineData(0), InlineData(100), InlineData(255), InlineData(256), InlineData(520)]
    public async Task Names_a_deleted_record(int sequence)
    {
        Edit(sequence, entries => entries.RemoveAt(sequence % 256));
        await ExpectAsync(AuditFault.Deleted, sequence, BundleOf(sequence).Path);
    }

    [Fact]
    public async Task Names_a_deleted_bundle()
    {
        File.Delete(_directory.Folder.PathOf(BundleOf(256)));
        await ExpectAsync(AuditFault.Deleted, 256, BundleOf(256).Path);
    }

    [Fact]
    public async Task Names_reordered_records()
    {
        Edit(300, entries => (entries[44], entries[50]) = (entries[50], entries[44]));
        await ExpectAsync(AuditFault.Reordered, 300, BundleOf(300).Path);
    }

    [Fact]
    public async Task Names_records_that_changed_places_across_bundles()
    {
        byte[] moved = [];
        Edit(300, entries => moved = entries[44]);
        Edit(10, entries => entries[10] = moved);
        await ExpectAsync(AuditFault.Reordered, 10, BundleOf(10).Path);
    }

    [Fact]
    public async Task Names_an_inserted_record()
    {
        Edit(520, entries => entries.Insert(8, "{\"seq\":520}"u8.ToArray()));
        await ExpectAsync(AuditFault.Inserted, 520, BundleOf(520).Path);
    }

    [Fact]
    public async Task Names_the_first_record_that_truncation_took()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(_directory.Folder.Root, BundleOf(599).PartialFolder)))
        {
            File.Delete(file);
        }

        await ExpectAsync(AuditFault.Truncated, 512, BundleOf(599).Path);
    }

    [Fact]
    public async Task Names_truncation_within_the_last_bundle()
    {
        Edit(599, entries => entries.RemoveRange(80, 8));
        await ExpectAsync(AuditFault.Truncated, 592, BundleOf(599).Path);
    }

    [Fact]
    public async Task Names_a_record_that_the_file_ends_in()
    {
        var path = _directory.Folder.PathOf(BundleOf(599));
        await File.WriteAllBytesAsync(path, (await File.ReadAllBytesAsync(path))[..^5]);
        await ExpectAsync(AuditFault.Altered, 599, BundleOf(599).Path);
    }

    [Theory]
    [InlineData(0, 1, 256, 7, 263), InlineData(0, 2, 88, 87, 599), InlineData(1, 0, 2, 1, 256)]
    public async Task Names_a_wrong_hash_tile(int level, long index, int width, int place, int sequence)
    {
        var tile = new TileId(level, index, width);
        Flip(tile, place * 32);
        await ExpectAsync(AuditFault.WrongHashTile, sequence, tile.Path);
    }

    [Fact]
    public async Task Names_a_missing_hash_tile()
    {
        var tile = new TileId(0, 0, 256);
        File.Delete(_directory.Folder.PathOf(tile));
        await ExpectAsync(AuditFault.WrongHashTile, 0, tile.Path);
    }

    [Fact]
    public async Task Names_the_bundle_when_a_record_was_rewritten_together_with_its_leaf_hash()
    {
        Edit(300, entries => entries[44][^4] ^= 1);
        WriteLeafTile(1);
        await ExpectAsync(AuditFault.Altered, 256, "tile/1/000.p/2");
    }

    [Fact]
    public async Task Sees_a_rewritten_history_even_when_every_tile_was_made_again()
    {
        Edit(300, entries => entries[44][^4] ^= 1);
        Rebuild();
        var bad = await BadAsync();
        Assert.Equal((AuditFault.Altered, null), (bad.Fault, bad.Sequence));
    }

    [Fact]
    public async Task A_checkpoint_that_another_key_signed_is_a_bad_signature()
    {
        using var other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        using var signer = new NoteSigner("doorward.localhost/audit", other);
        await File.WriteAllBytesAsync(_directory.Folder.Checkpoint, signer.Sign(600, new byte[32]).Note);
        await ExpectAsync(AuditFault.BadSignature, null, "checkpoint");
    }

    [Fact]
    public async Task A_checkpoint_with_another_size_is_a_bad_signature()
    {
        var note = await File.ReadAllTextAsync(_directory.Folder.Checkpoint);
        await File.WriteAllTextAsync(_directory.Folder.Checkpoint, note.Replace("\n600\n", "\n500\n", StringComparison.Ordinal));
        await ExpectAsync(AuditFault.BadSignature, null, "checkpoint");
    }

    [Fact]
    public async Task An_outside_checkpoint_agrees_with_a_log_that_grew()
    {
        var outside = KeepCheckpoint();
        await _directory.FillAsync(50);
        var intact = Assert.IsType<AuditVerdict.Intact>(await _directory.VerifyAsync(outside));
        Assert.Equal((650L, 600L), (intact.Size, intact.OutsideSize));
    }

    [Fact]
    public async Task An_outside_checkpoint_shows_that_the_log_was_put_back()
    {
        using var before = _directory.Copy();
        await _directory.FillAsync(50);
        var outside = KeepCheckpoint();

        Assert.IsType<AuditVerdict.Intact>(await before.VerifyAsync());
        var bad = Assert.IsType<AuditVerdict.Bad>(await before.VerifyAsync(outside));
        Assert.Equal((AuditFault.Truncated, 600L), (bad.Fault, bad.Sequence));
    }

    [Fact]
    public async Task An_outside_checkpoint_shows_a_history_that_the_holder_of_the_key_rewrote()
    {
        using var before = _directory.Copy();
        await _directory.FillAsync(50);
        var outside = KeepCheckpoint();
        await before.FillAsync(20, 40);

        Assert.IsType<AuditVerdict.Intact>(await before.VerifyAsync());
        Assert.Equal(AuditFault.Forked, Assert.IsType<AuditVerdict.Bad>(await before.VerifyAsync(outside)).Fault);
    }

    [Fact]
    public async Task A_record_that_the_holder_of_the_key_removed_is_named_by_the_numbers_in_the_others()
    {
        Edit(300, entries => entries[44] = entries[45]);
        Sign(Rebuild());
        await ExpectAsync(AuditFault.Reordered, 300, BundleOf(300).Path);
    }

    [Fact]
    public async Task A_changed_personal_value_is_named()
    {
        long sequence;
        await using (var log = _directory.Open())
        {
            sequence = (await log.AppendAsync(Records.SignIn("alice", "192.0.2.7"))).First;
        }

        await _directory.VerifyIntactAsync();
        ChangePersonal("UPDATE personal SET value = 'mallory' WHERE value = 'alice'");
        await ExpectAsync(AuditFault.Altered, sequence, "personal.db");
    }

    [Fact]
    public async Task Never_throws_whatever_the_files_hold()
    {
        var files = Directory.GetFiles(_directory.Folder.Root, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(f) != "lock" && !f.EndsWith("/100", StringComparison.Ordinal)).ToList();
        byte[][] contents = [[], [0xff, 0xff], [0, 0, 0, 0], new byte[9000], "{\"seq\":\"\\ud800\"}"u8.ToArray(), [.. Enumerable.Repeat((byte)'\n', 300)]];
        foreach (var file in files)
        {
            var original = await File.ReadAllBytesAsync(file);
            foreach (var content in contents.Append(original[..(original.Length / 2)]).Append([.. original, 1]))
            {
                await File.WriteAllBytesAsync(file, content);
                Assert.NotNull(await _directory.VerifyAsync());
            }

            await File.WriteAllBytesAsync(file, original);
        }

        await _directory.VerifyIntactAsync();
    }

    [Fact]
    public async Task Verifies_while_the_log_is_being_written()
    {
        await using var log = _directory.Open();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 400; i++)
            {
                await log.AppendAsync([.. Enumerable.Range(0, 7).Select(_ => Records.SignIn("alice", "192.0.2.7"))]);
            }
        });

        var verified = 0;
        while (!writing.IsCompleted)
        {
            Assert.IsType<AuditVerdict.Intact>(await _directory.VerifyAsync());
            verified++;
        }

        await writing;
        Assert.True(verified > 3);
    }

    public ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return ValueTask.CompletedTask;
    }

    private static TileId BundleOf(int sequence) => TileId.Entries(sequence / 256, sequence < 512 ? 256 : 88);

    private async Task<AuditVerdict.Bad> BadAsync() => Assert.IsType<AuditVerdict.Bad>(await _directory.VerifyAsync());

    private async Task ExpectAsync(AuditFault fault, long? sequence, string file)
    {
        var bad = await BadAsync();
        Assert.Equal((fault, sequence, file), (bad.Fault, bad.Sequence, bad.File));
        Assert.NotEmpty(bad.Why);
    }

    private void Edit(int sequence, Action<List<byte[]>> change)
    {
        var id = BundleOf(sequence);
        var entries = EntryBundle.Split(_directory.Folder.Read(id)!).Entries.ConvertAll(e => e.ToArray());
        change(entries);
        var bundle = new EntryBundle(id.Index);
        entries.ForEach(e => bundle.Append(e));
        File.WriteAllBytes(_directory.Folder.PathOf(id), bundle.Bytes);
    }

    private void Flip(TileId tile, int at)
    {
        var path = _directory.Folder.PathOf(tile);
        var bytes = File.ReadAllBytes(path);
        bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private void WriteLeafTile(long index)
    {
        var entries = EntryBundle.Split(_directory.Folder.Read(TileId.Entries(index, 256))!).Entries;
        var hashes = new byte[entries.Count * 32];
        for (var i = 0; i < entries.Count; i++)
        {
            MerkleHash.Leaf(entries[i].Span, hashes.AsSpan(i * 32, 32));
        }

        File.WriteAllBytes(_directory.Folder.PathOf(new TileId(0, index, 256)), hashes);
    }

    private TileTree Rebuild()
    {
        var tree = new TileTree();
        var hash = new byte[32];
        foreach (var entry in _directory.Entries())
        {
            MerkleHash.Leaf(System.Text.Encoding.UTF8.GetBytes(entry), hash);
            tree.Append(hash, (id, hashes) => File.WriteAllBytes(_directory.Folder.PathOf(id), hashes.ToArray()));
        }

        foreach (var (id, hashes) in tree.Partials())
        {
            File.WriteAllBytes(_directory.Folder.PathOf(id), hashes.ToArray());
        }

        return tree;
    }

    private void Sign(TileTree tree)
    {
        using var signer = new AuditKeyFile(_directory.KeyFile, _directory.Folder).Open("unused");
        File.WriteAllBytes(_directory.Folder.Checkpoint, signer.Sign(tree.Size, tree.Root()).Note);
    }

    private string KeepCheckpoint()
    {
        var outside = Path.Combine(_directory.Data, "outside-checkpoint");
        File.Copy(_directory.Folder.Checkpoint, outside);
        return outside;
    }

    private void ChangePersonal(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_directory.Folder.Personal};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.Equal(1, command.ExecuteNonQuery());
    }
}
