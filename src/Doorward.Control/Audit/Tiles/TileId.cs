namespace Doorward.Control.Audit.Tiles;

/// <summary>Names one tile of C2SP tlog-tiles: a level, an index in it, and how many of its 256 places are taken.</summary>
internal readonly record struct TileId(int Level, long Index, int Width)
{
    public const int FullWidth = 256;
    private const int EntriesLevel = -1;

    public bool IsPartial => Width < FullWidth;

    /// <summary>The full tile at the same place.</summary>
    public TileId Full => this with { Width = FullWidth };

    /// <summary>The path below the log's folder: <c>tile/0/x001/234.p/17</c>, <c>tile/entries/000</c>.</summary>
    public string Path => IsPartial ? $"{PartialFolder}/{Width}" : Stem;

    /// <summary>Where all partial versions of this tile lie.</summary>
    public string PartialFolder => Stem + ".p";

    private string Stem => $"tile/{(Level == EntriesLevel ? "entries" : Level.ToString())}/{Encode(Index)}";

    /// <summary>The bundle that holds the entries of the level 0 tile with this index.</summary>
    public static TileId Entries(long index, int width) => new(EntriesLevel, index, width);

    /// <summary>The rightmost tile of a level in a tree of this size; its width is 0 when the level ends on a tile boundary.</summary>
    public static TileId Rightmost(int level, long treeSize)
    {
        var hashes = treeSize >> (8 * level);
        return new TileId(level, hashes >> 8, (int)(hashes & 255));
    }

    // Three digits an element, all but the last marked with an x, so that no file and folder ever share a name.
    private static string Encode(long index)
    {
        var path = (index % 1000).ToString("000");
        for (index /= 1000; index > 0; index /= 1000)
        {
            path = $"x{index % 1000:000}/{path}";
        }

        return path;
    }
}
