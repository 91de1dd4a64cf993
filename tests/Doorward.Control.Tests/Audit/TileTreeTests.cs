using System.Security.Cryptography;
using CsCheck;
using Doorward.Control.Audit.Tiles;

namespace Doorward.Control.Tests.Audit;

public sealed class TileTreeTests
{
    [Fact]
    public void Has_the_root_that_the_recursion_of_RFC_9162_defines() =>
        Gen.Int[0, 1500].Sample(
            size =>
            {
                var entries = Entries(size);
                Assert.Equal(Naive(entries), Grown(entries).Root());
            },
            iter: 60);

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2), InlineData(255), InlineData(256), InlineData(257), InlineData(511), InlineData(512), InlineData(65_536), InlineData(65_793)]
    public void Has_the_same_root_at_every_tile_boundary(int size)
    {
        var entries = Entries(size);
        Assert.Equal(Naive(entries), Grown(entries).Root());
    }

    [Fact]
    public void The_empty_tree_has_the_hash_of_nothing() =>
        Assert.Equal("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", Convert.ToHexString(new TileTree().Root()));

    // The published vectors of certificate transparency: eight leaves of known bytes.
    [Fact]
    public void Has_the_root_of_the_published_vectors()
    {
        byte[][] leaves = [[], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43], [0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
            [0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f]];
        Assert.Equal("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328", Convert.ToHexStringLower(Grown(leaves).Root()));
        Assert.Equal("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", Convert.ToHexStringLower(Grown(leaves[..1]).Root()));
    }

    [Fact]
    public void Restored_from_its_partial_tiles_it_grows_like_the_original() =>
        Gen.Select(Gen.Int[0, 900], Gen.Int[0, 300]).Sample(
            (size, more) =>
            {
                var entries = Entries(size + more);
                var grown = Grown(entries[..size]);
                var tiles = grown.Partials().ToDictionary(t => t.Id, t => t.Hashes.ToArray());
                var restored = TileTree.Restore(size, id => tiles.GetValueOrDefault(id))!;
                Assert.Equal(grown.Root(), restored.Root());
                Assert.Equal(Grown(entries).Root(), Grown(entries[size..], restored).Root());
            },
            iter: 40);

    [Theory]
    [InlineData(0, 1234067, 256, "tile/0/x001/x234/067")]
    [InlineData(1, 0, 1, "tile/1/000.p/1")]
    [InlineData(-1, 1234, 17, "tile/entries/x001/234.p/17")]
    [InlineData(0, 999, 256, "tile/0/999")]
    [InlineData(2, 1000, 256, "tile/2/x001/000")]
    public void Names_tiles_as_C2SP_does(int level, long index, int width, string path) => Assert.Equal(path, new TileId(level, index, width).Path);

    // The example in C2SP tlog-tiles.
    [Fact]
    public void A_tree_of_70000_has_the_tiles_of_the_specification()
    {
        List<TileId> full = [];
        Span<byte> leaf = stackalloc byte[32];
        var tree = new TileTree();
        for (var i = 0; i < 70_000; i++)
        {
            tree.Append(leaf, (id, _) => full.Add(id));
        }

        Assert.Equal(273, full.Count(t => t.Level == 0));
        Assert.Equal(1, full.Count(t => t.Level == 1));
        Assert.Equal([new TileId(0, 273, 112), new TileId(1, 1, 17), new TileId(2, 0, 1)], tree.Partials().Select(t => t.Id));
    }

    private static byte[][] Entries(int count) => [.. Enumerable.Range(0, count).Select(i => BitConverter.GetBytes(i * 7919))];

    private static TileTree Grown(byte[][] entries, TileTree? tree = null)
    {
        tree ??= new TileTree();
        var hash = new byte[32];
        foreach (var entry in entries)
        {
            MerkleHash.Leaf(entry, hash);
            tree.Append(hash);
        }

        return tree;
    }

    // RFC 9162 section 2.1.1, word for word.
    private static byte[] Naive(ReadOnlySpan<byte[]> d)
    {
        if (d.Length == 0)
        {
            return SHA256.HashData([]);
        }

        if (d.Length == 1)
        {
            return SHA256.HashData([0x00, .. d[0]]);
        }

        var k = 1;
        while (k * 2 < d.Length)
        {
            k *= 2;
        }

        return SHA256.HashData([0x01, .. Naive(d[..k]), .. Naive(d[k..])]);
    }
}
