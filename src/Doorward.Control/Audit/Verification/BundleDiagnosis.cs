using Doorward.Control.Audit.Entries;
using Doorward.Control.Audit.Tiles;

namespace Doorward.Control.Audit.Verification;

/// <summary>Compares the entries of one bundle with the leaf hashes stored for it, and says what must have happened.</summary>
internal sealed class BundleDiagnosis
{
    private readonly LogFolder _log;
    private readonly TileId _id;
    private readonly long _first;
    private readonly List<ReadOnlyMemory<byte>> _entries;
    private readonly byte[] _stored;

    public BundleDiagnosis(LogFolder log, TileId id, long first, List<ReadOnlyMemory<byte>> entries, byte[]? stored)
    {
        (_log, _id, _first, _entries, _stored) = (log, id, first, entries, stored ?? []);
        Leaves = entries.ConvertAll(entry =>
        {
            var hash = new byte[MerkleHash.Size];
            MerkleHash.Leaf(entry.Span, hash);
            return hash;
        });
    }

    /// <summary>The leaf hashes of the entries as they are.</summary>
    public List<byte[]> Leaves { get; }

    /// <summary>The first entry that is not the one its stored leaf hash stands for.</summary>
    public AuditVerdict.Bad? FirstDifference()
    {
        for (var i = 0; i < Leaves.Count && i < Stored; i++)
        {
            if (!Is(i, i))
            {
                return Explain(i);
            }
        }

        return null;
    }

    /// <summary>What is missing when the bundle holds fewer entries than the tree has.</summary>
    public AuditVerdict.Bad Gap(bool exists, bool surplus, long treeSize)
    {
        var missing = _first + (exists ? _entries.Count : WidestPartial());
        if (surplus)
        {
            return Bad(AuditFault.Altered, missing, "the bundle ends within this record, or the length before it is wrong");
        }

        var end = (treeSize - 1) / TileId.FullWidth;
        var endExists = _id.Index < end && _log.Read(TileId.Entries(end, (int)(treeSize - (end * TileId.FullWidth)))) is not null;
        return endExists
            ? Bad(AuditFault.Deleted, missing, "this record is gone; later ones exist")
            : Bad(AuditFault.Truncated, missing, $"the files end before this record; the checkpoint covers {treeSize}");
    }

    /// <summary>The first entry whose own number is not its place. Somebody who holds the key can hide all but this.</summary>
    public AuditVerdict.Bad? FirstOutOfOrder()
    {
        for (var i = 0; i < _entries.Count; i++)
        {
            using var entry = AuditEntry.Parse(_entries[i]);
            if (entry is null)
            {
                return Bad(AuditFault.Altered, _first + i, "it is not an entry of this log");
            }

            if (entry.Sequence != _first + i)
            {
                return Bad(AuditFault.Reordered, _first + i, $"the entry here says that it is record {entry.Sequence}");
            }
        }

        return null;
    }

    private int Stored => _stored.Length / MerkleHash.Size;

    private AuditVerdict.Bad Explain(int i)
    {
        var elsewhere = Enumerable.Range(0, Math.Min(Stored, TileId.FullWidth)).Where(place => Is(i, place)).Select(p => (int?)p).FirstOrDefault();
        if (elsewhere == i + 1 && (i + 1 >= Leaves.Count || !Is(i + 1, i)))
        {
            return Bad(AuditFault.Deleted, _first + i, "this record is gone; the next one stands in its place");
        }

        if (elsewhere is { } place)
        {
            return Bad(AuditFault.Reordered, _first + i, $"record {_first + place} stands in its place");
        }

        return i + 1 < Leaves.Count && Is(i + 1, i)
            ? Bad(AuditFault.Inserted, _first + i, "a record that was never written stands before it")
            : NumberElsewhere(i);
    }

    private AuditVerdict.Bad NumberElsewhere(int i)
    {
        using var entry = AuditEntry.Parse(_entries[i]);
        return entry is not null && entry.Sequence != _first + i
            ? Bad(AuditFault.Reordered, _first + i, $"record {entry.Sequence} stands in its place")
            : Bad(AuditFault.Altered, _first + i, "its bytes are not those that were written");
    }

    private bool Is(int entry, int place) => MerkleHash.At(_stored, place).SequenceEqual(Leaves[entry]);

    // The exact file is gone, but an older, narrower version of the bundle may still tell where the end is now.
    private int WidestPartial()
    {
        foreach (var width in _log.Widths(_id).Where(w => w > 0 && w < _id.Width))
        {
            if (_log.Read(_id with { Width = width }) is { } older)
            {
                return EntryBundle.Split(older, width).Entries.Count;
            }
        }

        return 0;
    }

    private AuditVerdict.Bad Bad(AuditFault fault, long sequence, string why) => new(fault, sequence, _id.Path, why);
}
