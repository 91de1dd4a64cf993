using System.Text.Json;

namespace Doorward.Cedar.Json;

/// <summary>
/// The texts that one reading met lately: names, types and short values repeat a million times in a large file, and are then one object.
/// A text takes the place of another, so that it stays small.
/// </summary>
internal sealed class RepeatedTexts
{
    private const int Places = 512;
    private const int MaxLength = 32;

    private readonly StringValue?[] _values = new StringValue?[Places];

    /// <summary>The string that the reader stands on.</summary>
    public string ReadText(ref Utf8JsonReader reader) => ReadValue(ref reader).Value;

    /// <summary>The string that the reader stands on, as a value.</summary>
    public StringValue ReadValue(ref Utf8JsonReader reader)
    {
        var bytes = reader.ValueSpan;
        if (reader.HasValueSequence || bytes.Length > MaxLength) return new StringValue(reader.GetString()!);
        ref var place = ref _values[PlaceOf(bytes)];
        if (place is not null && reader.ValueTextEquals(place.Value)) return place;
        return place = new StringValue(reader.GetString()!);
    }

    // Who makes all texts meet in one place gains nothing but that they are not shared.
    private static int PlaceOf(ReadOnlySpan<byte> bytes)
    {
        var hash = (uint)bytes.Length;
        foreach (var one in bytes) hash = hash * 31 + one;
        return (int)((hash ^ (hash >> 9)) % Places);
    }
}
