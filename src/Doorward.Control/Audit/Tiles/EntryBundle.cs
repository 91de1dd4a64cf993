using System.Buffers;
using System.Buffers.Binary;

namespace Doorward.Control.Audit.Tiles;

/// <summary>The entries of one tile as they stand in a file: each with its length in two bytes, big-endian, before it.</summary>
internal sealed class EntryBundle
{
    public const int MaxEntry = ushort.MaxValue;
    private readonly ArrayBufferWriter<byte> _bytes = new(64 * 1024);

    public EntryBundle(long index) => Index = index;

    public long Index { get; private set; }

    public int Count { get; private set; }

    public TileId Id => TileId.Entries(Index, Count);

    public ReadOnlySpan<byte> Bytes => _bytes.WrittenSpan;

    public void Append(ReadOnlySpan<byte> entry)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.GetSpan(2), checked((ushort)entry.Length));
        _bytes.Advance(2);
        _bytes.Write(entry);
        Count++;
    }

    public void StartNext()
    {
        _bytes.ResetWrittenCount();
        (Index, Count) = (Index + 1, 0);
    }

    /// <summary>Splits at most <paramref name="limit"/> entries off; <c>Surplus</c> counts the bytes that follow them, torn or surplus.</summary>
    public static (List<ReadOnlyMemory<byte>> Entries, int Surplus) Split(ReadOnlyMemory<byte> bundle, int limit = TileId.FullWidth)
    {
        List<ReadOnlyMemory<byte>> entries = [];
        while (entries.Count < limit && bundle.Length >= 2)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(bundle.Span);
            if (bundle.Length < 2 + length)
            {
                break;
            }

            entries.Add(bundle.Slice(2, length));
            bundle = bundle[(2 + length)..];
        }

        return (entries, bundle.Length);
    }
}
