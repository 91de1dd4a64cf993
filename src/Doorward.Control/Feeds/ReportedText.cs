using Google.Protobuf.WellKnownTypes;

namespace Doorward.Control.Feeds;

/// <summary>What is fit to be kept and shown of what a gateway reports: it may be another version than we are, or not itself any more.</summary>
internal static class ReportedText
{
    /// <summary>Neither empty nor longer than such a thing can be.</summary>
    public static bool IsFit(string text, int longest) => text.Length > 0 && text.Length <= longest;

    /// <summary>Null when there is none, or it is no time.</summary>
    public static DateTimeOffset? Moment(Timestamp? at)
    {
        // Timestamp.ToDateTimeOffset throws on what is not from the years 1 to 9999.
        const long First = -62_135_596_800, Last = 253_402_300_799;
        return at is { Nanos: >= 0 and < 1_000_000_000, Seconds: >= First and <= Last } ? at.ToDateTimeOffset() : null;
    }
}
