namespace Doorward.Control.Audit.Tiles;

/// <summary>Where the files of one log lie. Reading needs nothing else: no key, no running process.</summary>
internal sealed record LogFolder(string Root)
{
    public string Checkpoint => Path.Combine(Root, "checkpoint");

    /// <summary>The next checkpoint while it is being written; never read.</summary>
    public string CheckpointDraft => Path.Combine(Root, "checkpoint.tmp");

    public string VerifierKey => Path.Combine(Root, "log.vkey");

    public string Personal => Path.Combine(Root, "personal.db");

    public string Lock => Path.Combine(Root, "lock");

    /// <summary>The log of a data directory, or the folder itself when it is a log (a copy kept as evidence, for instance).</summary>
    public static LogFolder Find(string directory)
    {
        var itself = new LogFolder(directory);
        return File.Exists(itself.Checkpoint) ? itself : new LogFolder(Path.Combine(directory, "audit"));
    }

    public string PathOf(TileId id) => Path.Combine(Root, id.Path);

    /// <summary>
    /// The bytes of a tile or bundle; null when there is none. A writer replaces partial tiles by the full one, which begins with
    /// the same bytes, so the full one may be what comes back.
    /// </summary>
    public byte[]? Read(TileId id) => ReadFile(PathOf(id)) ?? (id.IsPartial ? ReadFile(PathOf(id.Full)) : null);

    /// <summary>The partial widths that exist of a tile, widest first.</summary>
    public IReadOnlyList<int> Widths(TileId id)
    {
        var folder = Path.Combine(Root, id.PartialFolder);
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder).Select(f => int.TryParse(Path.GetFileName(f), out var w) ? w : 0).OrderDescending()]
            : [];
    }

    public static byte[]? ReadFile(string path)
    {
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[RandomAccess.GetLength(handle)];
            var read = 0;
            while (read < bytes.Length && RandomAccess.Read(handle, bytes.AsSpan(read), read) is > 0 and var more)
            {
                read += more;
            }

            return read == bytes.Length ? bytes : bytes[..read];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
