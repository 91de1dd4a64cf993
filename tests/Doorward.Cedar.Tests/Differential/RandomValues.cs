using System.Net;

namespace Doorward.Cedar.Tests.Differential;

/// <summary>Values of a kind, out of few, so that they meet; the ends of ranges among them.</summary>
internal sealed class RandomValues(Dice dice, RandomSchema schema)
{
    /// <summary>What JSON numbers can say to a reader that takes them for doubles.</summary>
    public bool SmallNumbers { get; init; }

    public CedarValue Value(Kind kind) => kind switch
    {
        Kind.Bool => dice.Chance(50),
        Kind.Long => Number(),
        Kind.String => Text(),
        Kind.Entity => schema.Uid(dice),
        Kind.Decimal => new DecimalValue(dice.Of(0, 10_000, -12_345, 99_999)),
        Kind.DateTime => new DateTimeValue(dice.Of(0, 86_400_000, 1_700_000_000_000, -1)),
        Kind.Duration => new DurationValue(dice.Of(0, 1000, 86_400_000, -3_600_000)),
        Kind.Ip => Address(),
        Kind.Record => Record(RandomSchema.Nested),
        Kind.SetOfLongs => SetValue.Create(dice.Many(0, 12, () => (CedarValue)Number())),
        Kind.SetOfStrings => SetValue.Create(dice.Many(0, 4, () => (CedarValue)Text())),
        _ => SetValue.Create(dice.Many(0, 12, () => (CedarValue)schema.Uid(dice))),
    };

    /// <summary>A record of these attributes, some of them missing and a few of another kind.</summary>
    public RecordValue Record(IReadOnlyDictionary<string, Kind> shape) => RecordValue.Create(shape
        .Where(_ => dice.Chance(85))
        .Select(attribute => KeyValuePair.Create(attribute.Key, Value(dice.Chance(95) ? attribute.Value : dice.Of(Enum.GetValues<Kind>()))))
        .ToList());

    public long Number() => dice.Chance(90) || SmallNumbers ? dice.Between(-3, 9) : dice.Of(long.MinValue, long.MaxValue, long.MaxValue - 1, 1L << 40);

    public string Text() => dice.Of("", "a", "ab", "abc", "b*c", "ä😀", "a b", "name");

    private IpAddressValue Address() =>
        IpAddressValue.TryParse(dice.Of("10.0.0.1", "10.0.0.0/8", "127.0.0.1", "::1", "2001:db8::/32", "224.0.0.1", "0.0.0.0/0"), out var address)
            ? address : throw new InvalidOperationException("One of these is no address.");
}
