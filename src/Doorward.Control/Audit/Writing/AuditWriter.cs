using System.Buffers;
using Doorward.Control.Audit.Entries;
using Doorward.Control.Audit.Notes;
using Doorward.Control.Audit.Personal;
using Doorward.Control.Audit.Tiles;

namespace Doorward.Control.Audit.Writing;

/// <summary>
/// The one writer of a log's files. A commit makes entries durable, then their tiles, then the checkpoint that covers them. After
/// an exception its memory and the files may differ: it is thrown away, and a new one opened, which reads the files afresh.
/// </summary>
internal sealed class AuditWriter : IDisposable
{
    public const int MaxBatch = 4096;
    private readonly LogFolder _log;
    private readonly NoteSigner _signer;
    private readonly PersonalStore _personal;
    private readonly TileTree _tree;
    private readonly EntryBundle _bundle;
    private readonly EntryEncoder _encoder = new();
    private readonly ArrayBufferWriter<byte> _entries = new();
    private readonly List<int> _lengths = [];
    private readonly List<PersonalValue> _values = [];
    private readonly List<TileId> _filled = [];
    private readonly HashSet<string> _folders = [];

    internal AuditWriter(LogFolder log, NoteSigner signer, PersonalStore personal, TileTree tree, EntryBundle bundle, SignedCheckpoint head)
    {
        (_log, _signer, _personal, _tree, _bundle, Head) = (log, signer, personal, tree, bundle, head);
    }

    /// <summary>The checkpoint that stands in the files.</summary>
    public SignedCheckpoint Head { get; private set; }

    /// <summary>Erases a person's value beside the log; see <see cref="PersonalStore.Erase"/>.</summary>
    public int Erase(string value) => _personal.Erase(value);

    /// <summary>Makes records durable, all or none, under one new checkpoint.</summary>
    public SignedCheckpoint Commit(IReadOnlyList<TimedRecord> records)
    {
        Encode(records);
        _personal.Add(_values);
        WriteEntriesAndTiles();
        foreach (var folder in _folders)
        {
            DurableFile.FlushFolder(folder);
        }

        var head = _signer.Sign(_tree.Size, _tree.Root());
        DurableFile.Replace(_log.Checkpoint, _log.CheckpointDraft, head.Note);
        Head = head;
        DropFilledPartials();
        return head;
    }

    public void Dispose() => _personal.Dispose();

    private void Encode(IReadOnlyList<TimedRecord> records)
    {
        _entries.ResetWrittenCount();
        _lengths.Clear();
        _values.Clear();
        for (var i = 0; i < records.Count; i++)
        {
            var entry = _encoder.Encode(records[i].Record, _tree.Size + i, records[i].Time, _values);
            _entries.Write(entry);
            _lengths.Add(entry.Length);
        }
    }

    private void WriteEntriesAndTiles()
    {
        _filled.Clear();
        _folders.Clear();
        Span<byte> hash = stackalloc byte[MerkleHash.Size];
        var entries = _entries.WrittenSpan;
        foreach (var length in _lengths)
        {
            _bundle.Append(entries[..length]);
            MerkleHash.Leaf(entries[..length], hash);
            entries = entries[length..];
            if (_bundle.Count == TileId.FullWidth)
            {
                WriteFilled(_bundle.Id, _bundle.Bytes);
                _bundle.StartNext();
            }

            _tree.Append(hash, (tile, hashes) => WriteFilled(tile, hashes.Span));
        }

        if (_bundle.Count > 0)
        {
            Write(_bundle.Id, _bundle.Bytes, flush: true);
        }

        // The partial tile of leaf hashes can be made again from the entries, so it need not wait for the disk; those above
        // change only when a tile below is full.
        foreach (var (tile, hashes) in _tree.Partials().Where(t => t.Id.Level == 0 || _filled.Count > 0))
        {
            Write(tile, hashes.Span, flush: tile.Level > 0);
        }
    }

    private void WriteFilled(TileId tile, ReadOnlySpan<byte> bytes)
    {
        Write(tile, bytes, flush: true);
        _filled.Add(tile);
    }

    private void Write(TileId tile, ReadOnlySpan<byte> bytes, bool flush)
    {
        var path = _log.PathOf(tile);
        var folder = Path.GetDirectoryName(path)!;
        DurableFile.CreateFolder(folder);
        DurableFile.Write(path, bytes, flush);
        if (flush)
        {
            _folders.Add(folder);
        }
    }

    // Only tidying: the checkpoint is out, so a failure here must not look like a failed commit. Opening the log tidies again.
    private void DropFilledPartials()
    {
        try
        {
            _filled.ForEach(tile => TailRecovery.DropPartials(_log, tile));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _filled.Clear();
        }
    }
}

/// <summary>A record with the time it goes into the log with.</summary>
internal readonly record struct TimedRecord(AuditRecord Record, DateTimeOffset Time);
