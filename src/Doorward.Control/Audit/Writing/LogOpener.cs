using Doorward.Control.Audit.Notes;
using Doorward.Control.Audit.Personal;
using Doorward.Control.Audit.Tiles;

namespace Doorward.Control.Audit.Writing;

/// <summary>Opens a log for writing: believes only the signed checkpoint, cuts what lies beyond it, and checks the rest against it.</summary>
internal sealed class LogOpener(LogFolder log, NoteSigner signer)
{
    /// <exception cref="AuditUnavailableException">The files do not hold what the checkpoint says.</exception>
    public AuditWriter Open(out CutTail cut)
    {
        var note = LogFolder.ReadFile(log.Checkpoint) ?? throw Broken("there is no checkpoint");
        var head = signer.Verifier.Open(note, out var why) ?? throw Broken($"the checkpoint is not ours: {why}");
        cut = TailRecovery.Cut(log, head.Size);
        var last = TileId.Rightmost(0, head.Size);
        var bundle = new EntryBundle(last.Index);
        foreach (var entry in ReadEntries(last))
        {
            bundle.Append(entry.Span);
        }

        var tree = TileTree.Restore(head.Size, tile => tile.Level == 0 ? Leaves(last) : log.Read(tile));
        if (tree is null || !tree.Root().AsSpan().SequenceEqual(head.Root))
        {
            tree = Rebuild(head);
        }

        WriteMissingPartials(tree);
        var personal = new PersonalStore(log.Personal);
        try
        {
            personal.CutFrom(head.Size);
            return new AuditWriter(log, signer, personal, tree, bundle, new SignedCheckpoint(head, note));
        }
        catch
        {
            personal.Dispose();
            throw;
        }
    }

    // Hash tiles follow from the entries. After a power cut, or when somebody changed them, they are made again, and the result
    // must be what was signed.
    private TileTree Rebuild(Checkpoint head)
    {
        var tree = new TileTree();
        while (tree.Size < head.Size)
        {
            var tile = new TileId(0, tree.Size / TileId.FullWidth, (int)Math.Min(TileId.FullWidth, head.Size - tree.Size));
            var leaves = Leaves(tile);
            for (var i = 0; i < tile.Width; i++)
            {
                tree.Append(MerkleHash.At(leaves, i), (id, hashes) => WriteTile(id, hashes.Span));
            }
        }

        return tree.Root().AsSpan().SequenceEqual(head.Root) ? tree : throw Broken("the entries do not match the checkpoint");
    }

    private void WriteMissingPartials(TileTree tree)
    {
        foreach (var (id, hashes) in tree.Partials())
        {
            if (LogFolder.ReadFile(log.PathOf(id)) is not { } stored || !hashes.Span.SequenceEqual(stored))
            {
                WriteTile(id, hashes.Span);
            }
        }
    }

    private void WriteTile(TileId id, ReadOnlySpan<byte> hashes)
    {
        DurableFile.CreateFolder(Path.GetDirectoryName(log.PathOf(id))!);
        DurableFile.Write(log.PathOf(id), hashes);
    }

    private byte[] Leaves(TileId tile)
    {
        var hashes = new byte[tile.Width * MerkleHash.Size];
        var place = 0;
        foreach (var entry in ReadEntries(tile))
        {
            MerkleHash.Leaf(entry.Span, MerkleHash.At(hashes.AsSpan(), place++));
        }

        return hashes;
    }

    private List<ReadOnlyMemory<byte>> ReadEntries(TileId tile)
    {
        if (tile.Width == 0)
        {
            return [];
        }

        var bundle = log.Read(TileId.Entries(tile.Index, tile.Width));
        var entries = bundle is null ? [] : EntryBundle.Split(bundle, tile.Width).Entries;
        return entries.Count == tile.Width ? entries : throw Broken($"record {(tile.Index * TileId.FullWidth) + entries.Count} is missing");
    }

    private AuditUnavailableException Broken(string why) =>
        new($"{log.Root}: the audit log is damaged, {why}; run 'doorward audit verify', then restore it from a backup");
}
