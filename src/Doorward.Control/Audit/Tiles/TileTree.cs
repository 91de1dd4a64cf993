namespace Doorward.Control.Audit.Tiles;

/// <summary>
/// A growing RFC 9162 tree that remembers only the rightmost tile of each level: what is needed to append, to write tiles and
/// to compute the root.
/// </summary>
internal sealed class TileTree
{
    private const int MaxLevels = 7;
    private readonly List<Level> _levels = [];

    public long Size { get; private set; }

    /// <summary>Adds a leaf. Tiles that it fills are shown once, lowest first; their bytes are valid only during the call.</summary>
    public void Append(ReadOnlySpan<byte> leafHash, Action<TileId, ReadOnlyMemory<byte>>? completed = null)
    {
        Span<byte> hash = stackalloc byte[MerkleHash.Size];
        leafHash.CopyTo(hash);
        Size++;
        for (var number = 0; ; number++)
        {
            if (number == _levels.Count)
            {
                _levels.Add(new Level());
            }

            var level = _levels[number];
            level.Add(hash);
            if (level.Count < TileId.FullWidth)
            {
                return;
            }

            completed?.Invoke(new TileId(number, level.Index, TileId.FullWidth), level.Hashes);
            MerkleHash.Fold(level.Hashes, TileId.FullWidth);
            level.Hashes.AsSpan(0, MerkleHash.Size).CopyTo(hash);
            level.StartNext();
        }
    }

    /// <summary>The tree hash of everything appended so far.</summary>
    public byte[] Root()
    {
        if (Size == 0)
        {
            return System.Security.Cryptography.SHA256.HashData([]);
        }

        // Level by level, what is left over below becomes the last, smaller subtree of the level above.
        Span<byte> hashes = stackalloc byte[(TileId.FullWidth + 1) * MerkleHash.Size];
        var rest = 0;
        Span<byte> below = stackalloc byte[MerkleHash.Size];
        foreach (var level in _levels)
        {
            if (level.Count == 0)
            {
                continue;
            }

            level.Hashes.AsSpan(0, level.Count * MerkleHash.Size).CopyTo(hashes);
            below.CopyTo(MerkleHash.At(hashes, level.Count));
            MerkleHash.Fold(hashes, level.Count + rest);
            MerkleHash.At(hashes, 0).CopyTo(below);
            rest = 1;
        }

        return below.ToArray();
    }

    /// <summary>The partial tiles of the tree as it stands, lowest first.</summary>
    public IEnumerable<(TileId Id, ReadOnlyMemory<byte> Hashes)> Partials() =>
        _levels.Select((level, number) => (new TileId(number, level.Index, level.Count), (ReadOnlyMemory<byte>)level.Used))
            .Where(tile => tile.Item1.Width > 0);

    /// <summary>The tree of a known size from its stored partial tiles; null when one is missing or too short.</summary>
    public static TileTree? Restore(long size, Func<TileId, byte[]?> read)
    {
        var tree = new TileTree { Size = size };
        for (var number = 0; number <= MaxLevels && size >> (8 * number) > 0; number++)
        {
            var id = TileId.Rightmost(number, size);
            var hashes = id.Width == 0 ? [] : read(id);
            if (hashes is null || hashes.Length < id.Width * MerkleHash.Size)
            {
                return null;
            }

            tree._levels.Add(new Level(id, hashes));
        }

        return tree;
    }

    private sealed class Level
    {
        public Level()
        {
        }

        public Level(TileId id, byte[] hashes)
        {
            Index = id.Index;
            Count = id.Width;
            hashes.AsSpan(0, id.Width * MerkleHash.Size).CopyTo(Hashes);
        }

        public byte[] Hashes { get; } = new byte[TileId.FullWidth * MerkleHash.Size];

        public int Count { get; private set; }

        public long Index { get; private set; }

        public Memory<byte> Used => Hashes.AsMemory(0, Count * MerkleHash.Size);

        public void Add(ReadOnlySpan<byte> hash) => hash.CopyTo(MerkleHash.At(Hashes.AsSpan(), Count++));

        public void StartNext() => (Index, Count) = (Index + 1, 0);
    }
}
