using System.Security.Cryptography;

namespace Doorward.Control.Audit.Tiles;

/// <summary>The hashes of RFC 9162 section 2.1: SHA-256 with one prefix for leaves and another for nodes.</summary>
internal static class MerkleHash
{
    public const int Size = SHA256.HashSizeInBytes;

    /// <summary>SHA-256(0x00 || entry).</summary>
    public static void Leaf(ReadOnlySpan<byte> entry, Span<byte> destination)
    {
        // Entries are at most 65,535 bytes; those of usual size are hashed without a heap allocation.
        Span<byte> prefixed = entry.Length < 2048 ? stackalloc byte[entry.Length + 1] : new byte[entry.Length + 1];
        prefixed[0] = 0x00;
        entry.CopyTo(prefixed[1..]);
        SHA256.HashData(prefixed, destination);
    }

    /// <summary>SHA-256(0x01 || left || right). The destination may be one of the operands.</summary>
    public static void Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> destination)
    {
        Span<byte> prefixed = stackalloc byte[1 + (2 * Size)];
        prefixed[0] = 0x01;
        left.CopyTo(prefixed[1..]);
        right.CopyTo(prefixed[(1 + Size)..]);
        SHA256.HashData(prefixed, destination);
    }

    /// <summary>
    /// The root over <paramref name="count"/> consecutive subtree hashes, folded in place; the result is in the first 32 bytes.
    /// Pairing neighbours and carrying an odd last one up gives the tree that the RFC defines by splitting at powers of two.
    /// </summary>
    public static void Fold(Span<byte> hashes, int count)
    {
        for (; count > 1; count = (count + 1) / 2)
        {
            for (var pair = 0; pair < count / 2; pair++)
            {
                Node(At(hashes, 2 * pair), At(hashes, (2 * pair) + 1), At(hashes, pair));
            }

            if (count % 2 == 1)
            {
                At(hashes, count - 1).CopyTo(At(hashes, count / 2));
            }
        }
    }

    public static Span<byte> At(Span<byte> hashes, int index) => hashes.Slice(index * Size, Size);

    public static ReadOnlySpan<byte> At(ReadOnlySpan<byte> hashes, int index) => hashes.Slice(index * Size, Size);
}
