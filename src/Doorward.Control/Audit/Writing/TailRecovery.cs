using Doorward.Control.Audit.Tiles;

namespace Doorward.Control.Audit.Writing;

/// <summary>What was removed behind the last checkpoint: files of a batch that was never acknowledged.</summary>
internal readonly record struct CutTail(int Files, long Bytes);

/// <summary>
/// Brings the files back to what the checkpoint says. A checkpoint is put in place only after all it covers is durable, and callers
/// are answered only after that, so whatever lies beyond it belongs to nobody.
/// </summary>
internal static class TailRecovery
{
    // A batch fills at most MaxBatch / 256 bundles; a lost write may leave holes between those that arrived.
    private const int LookAhead = (2 * AuditWriter.MaxBatch / TileId.FullWidth) + 1;
    private const int Levels = 8;

    public static CutTail Cut(LogFolder log, long size)
    {
        var cut = new CutTail();
        Delete(log.CheckpointDraft, ref cut);
        CutKind(log, TileId.Rightmost(0, size), (index, width) => TileId.Entries(index, width), ref cut);
        for (var level = 0; level < Levels; level++)
        {
            CutKind(log, TileId.Rightmost(level, size), (index, width) => new TileId(level, index, width), ref cut);
        }

        return cut;
    }

    /// <summary>Removes the partial versions of a tile that is full now (C2SP tlog-tiles, "Partial Tiles").</summary>
    public static void DropPartials(LogFolder log, TileId full)
    {
        var folder = Path.Combine(log.Root, full.PartialFolder);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void CutKind(LogFolder log, TileId last, Func<long, int, TileId> id, ref CutTail cut)
    {
        for (var index = Math.Max(0, last.Index - LookAhead); index < last.Index; index++)
        {
            DropPartials(log, id(index, TileId.FullWidth));
        }

        for (var index = last.Index; index < last.Index + LookAhead; index++)
        {
            Delete(log.PathOf(id(index, TileId.FullWidth)), ref cut);
            var keep = index == last.Index ? last.Width : 0;
            foreach (var width in log.Widths(id(index, TileId.FullWidth)).Where(w => w > keep))
            {
                Delete(log.PathOf(id(index, width)), ref cut);
            }
        }
    }

    private static void Delete(string path, ref CutTail cut)
    {
        var file = new FileInfo(path);
        if (file.Exists)
        {
            cut = new CutTail(cut.Files + 1, cut.Bytes + file.Length);
        }

        // Also when it does not "exist": a dangling link would still take the next write somewhere else.
        if (Directory.Exists(file.DirectoryName))
        {
            file.Delete();
        }
    }
}
