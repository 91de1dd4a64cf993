using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Doorward.Core.Applications;

namespace Doorward.Control.Devices.Providers;

/// <summary>One record of a provider, read.</summary>
/// <param name="Key">What it is matched by; empty when it does not say.</param>
/// <param name="Health">The worst of what is judged.</param>
/// <param name="Evidence">The values that say so.</param>
/// <param name="Seen">When the product last heard of the machine; null when it does not say.</param>
internal sealed record ProviderRecord(string Key, ProviderHealth Health, string Evidence, DateTimeOffset? Seen)
{
    private const int LongestValue = 80;
    private const long FirstMillisecond = 100_000_000_000; // as seconds it would be the year 5138

    /// <summary>The records of an answer; null when it has none where the mapping says.</summary>
    public static ImmutableArray<ProviderRecord>? Read(JsonElement answer, RecordMapping mapping, RecordMatch match, int most)
    {
        if (JsonPointer.Find(answer, mapping.Records) is not { } records) return null;
        return records.ValueKind switch
        {
            JsonValueKind.Array when records.GetArrayLength() <= most => [.. records.EnumerateArray().Select(record => Of(record, mapping, match))],
            JsonValueKind.Object => [Of(records, mapping, match)],
            _ => null,
        };
    }

    private static ProviderRecord Of(JsonElement record, RecordMapping mapping, RecordMatch match)
    {
        var health = mapping.Health.IsEmpty ? ProviderHealth.Missing : ProviderHealth.Green;
        var evidence = new List<string>();
        foreach (var table in mapping.Health)
        {
            var value = JsonPointer.Text(record, table.At);
            var says = table.Of(value);
            if (says < health) health = says;
            evidence.Add($"{table.At[(table.At.LastIndexOf('/') + 1)..]} {Plain(value)}");
        }

        // A record that does not say when, though its kind does, may be of any age.
        var seen = mapping.Seen is null ? null : TimeOf(JsonPointer.Text(record, mapping.Seen));
        if (mapping.Seen is not null && seen is null) health = ProviderHealth.Missing;
        return new ProviderRecord(match.KeyOf(JsonPointer.Text(record, match.At)), health, string.Join(", ", evidence), seen);
    }

    // RFC 3339, without an offset as UTC; or seconds or milliseconds since 1970.
    private static DateTimeOffset? TimeOf(string? text)
    {
        if (text is null) return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            if (number > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()) return null;
            return number < FirstMillisecond ? DateTimeOffset.FromUnixTimeSeconds(number) : DateTimeOffset.FromUnixTimeMilliseconds(number);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
    }

    private static string Plain(string? value) => value is null ? "not said" : Shown.Text(value.Length <= LongestValue ? value : value[..LongestValue]);
}
