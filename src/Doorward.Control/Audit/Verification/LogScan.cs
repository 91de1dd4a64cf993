using Doorward.Control.Audit.Notes;
using Doorward.Control.Audit.Tiles;
using Doorward.Core.Applications;

namespace Doorward.Control.Audit.Verification;

/// <summary>
/// One pass over all bundles. It computes the tree from the entries alone and notes every disagreement with what is stored; only
/// the signed root at the end tells whether entries or tiles are to blame.
/// </summary>
internal sealed class LogScan(LogFolder log, Checkpoint head, Checkpoint? outside) : IDisposable
{
    private readonly TileTree _tree = new();
    private readonly PersonalCheck _personal = new(log);
    private AuditVerdict.Bad? _entry;
    private AuditVerdict.Bad? _tile;
    private AuditVerdict.Bad? _order;
    private bool _forked;
    private bool _agrees;

    public AuditVerdict Run(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        CompareOutside();
        while (_tree.Size < head.Size)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (ReadBundle(_tree.Size / TileId.FullWidth) is { } gap)
            {
                return _entry ?? gap;
            }

            progress?.Report(_tree.Size);
        }

        foreach (var (id, hashes) in _tree.Partials())
        {
            Compare(id, hashes.Span);
        }

        return Conclude();
    }

    public void Dispose() => _personal.Dispose();

    /// <summary>Takes a bundle into the tree; what is missing from it, if anything is, ends the pass.</summary>
    private AuditVerdict.Bad? ReadBundle(long index)
    {
        var first = index * TileId.FullWidth;
        var width = (int)Math.Min(TileId.FullWidth, head.Size - first);
        var id = TileId.Entries(index, width);
        var bytes = log.Read(id);
        var stored = log.Read(new TileId(0, index, width));
        var (entries, surplus) = bytes is null ? ([], 0) : EntryBundle.Split(bytes, width);
        var diagnosis = new BundleDiagnosis(log, id, first, entries, stored);
        if (diagnosis.FirstDifference() is { } difference)
        {
            _entry ??= difference;
        }

        if (entries.Count < width)
        {
            return diagnosis.Gap(bytes is not null, surplus > 0, head.Size);
        }

        if (surplus > 0 && !IsReplacedByFull(id))
        {
            _order ??= new AuditVerdict.Bad(AuditFault.Inserted, first + width, id.Path, $"{surplus} bytes follow the last record of the bundle");
        }

        foreach (var leaf in diagnosis.Leaves)
        {
            _tree.Append(leaf, (tile, hashes) => Compare(tile, hashes.Span));
            CompareOutside();
        }

        _order ??= diagnosis.FirstOutOfOrder();
        _personal.Check(first, entries, id.Path);
        return null;
    }

    // A writer drops the partial versions of a tile once it is full, and the full one holds more than this checkpoint covers.
    private bool IsReplacedByFull(TileId id) => id.IsPartial && !File.Exists(log.PathOf(id));

    private void CompareOutside()
    {
        if (_tree.Size == outside?.Size)
        {
            _agrees = _tree.Root().AsSpan().SequenceEqual(outside.Root);
            _forked = !_agrees;
        }
    }

    private void Compare(TileId id, ReadOnlySpan<byte> computed)
    {
        if (_tile is not null)
        {
            return;
        }

        var stored = log.Read(id);
        if (stored is not null && stored.AsSpan().StartsWith(computed) && (stored.Length == computed.Length || IsReplacedByFull(id)))
        {
            return;
        }

        var place = 0;
        while (stored is not null && (place + 1) * MerkleHash.Size <= Math.Min(stored.Length, computed.Length)
            && MerkleHash.At(stored, place).SequenceEqual(MerkleHash.At(computed, place)))
        {
            place++;
        }

        var span = 1L << (8 * id.Level);
        var first = ((id.Index * TileId.FullWidth) + place) * span;
        var what = stored is null ? "the tile is missing"
            : place == id.Width ? "bytes follow its last hash" : $"its hash of record {first}{(span > 1 ? $" to {first + span - 1}" : "")} is wrong";
        _tile = new AuditVerdict.Bad(AuditFault.WrongHashTile, first, id.Path, what);
    }

    private AuditVerdict Conclude()
    {
        if (!_tree.Root().AsSpan().SequenceEqual(head.Root))
        {
            return _entry ?? Rewritten();
        }

        if (_forked)
        {
            return new AuditVerdict.Bad(AuditFault.Forked, null, "checkpoint",
                $"the log is signed, but its first {Counted.Of(outside!.Size, "record is not the one", "records are not those")} of the outside checkpoint: it was rewritten");
        }

        return Earlier(Earlier(_tile, _order), _personal.Fault)
            ?? (AuditVerdict)new AuditVerdict.Intact(
                head.Origin, head.Size, Convert.ToBase64String(head.Root), _personal.Checked, outside?.Size);
    }

    // Entries and their leaf hashes were changed alike. Tiles further up, the numbers in the entries, or an outside checkpoint may
    // still tell where; when all were rewritten, only the signature remains to say that they were.
    private AuditVerdict.Bad Rewritten()
    {
        if (_order is not null)
        {
            return _order;
        }

        var where = _tile is not null ? $"; {_tile.File} disagrees from record {_tile.Sequence} on"
            : _agrees ? $"; the first {Counted.Of(outside!.Size, "record is that", "records are those")} of the outside checkpoint" : "";
        return new AuditVerdict.Bad(AuditFault.Altered, _tile?.Sequence ?? (_agrees ? outside!.Size : null), _tile?.File ?? "tile/entries",
            $"records and their hash tiles were rewritten together and no longer match the signed checkpoint{where}");
    }

    private static AuditVerdict.Bad? Earlier(AuditVerdict.Bad? one, AuditVerdict.Bad? other) =>
        one is null ? other : other is null || (one.Sequence ?? -1) <= (other.Sequence ?? -1) ? one : other;
}
