namespace Doorward.Core.Devices.Posture;

/// <summary>What both ends of a posture report hold to.</summary>
public static class ReportFormat
{
    /// <summary>The longest signed report in bytes; a whole one of all facts has about 5,000.</summary>
    public const int Largest = 64 * 1024;

    /// <summary>The most facts of a report, and the longest evidence and source of one, in characters.</summary>
    public const int MostFacts = 64;
    public const int LongestText = 300;

    /// <summary>How far the device's clock may be off, either way.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(60);

    // No other signature of the key, over a certificate request or a challenge, can be taken for one over a report.
    private static ReadOnlySpan<byte> Prefix => "doorward posture report 1\n"u8;

    /// <summary>The bytes that are signed.</summary>
    public static byte[] ToBeSigned(ReadOnlySpan<byte> report) => [.. Prefix, .. report];
}
