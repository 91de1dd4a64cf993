using System.Collections.Immutable;
using System.Security.Cryptography;
using Doorward.Core.Applications;
using Doorward.Core.Protocol;
using Google.Protobuf;

namespace Doorward.Core.Devices.Posture;

/// <summary>Whose report is expected, to which nonce, and what is known so far.</summary>
public sealed record ReportExpectation
{
    /// <summary>As the connection has authenticated it.</summary>
    public required string Device { get; init; }
    public required ECParameters PublicKey { get; init; }

    /// <summary>The nonce that is out. Whoever asks takes it back first, so that it is answered once.</summary>
    public required ReadOnlyMemory<byte> Nonce { get; init; }
    public required DevicePosture Last { get; init; }
    public required DateTimeOffset Now { get; init; }
}

/// <summary>Verifies a signed posture report and adds it to what is known. Nothing of a refused one is kept.</summary>
public static class ReportVerifier
{
    public static ReportVerdict Verify(ReadOnlySpan<byte> bytes, ReportExpectation expected)
    {
        // Its size is looked at before anything is made of it, and the signature before anything in it is believed.
        if (bytes.Length > ReportFormat.Largest) return Refused(ReportFault.TooLarge, $"the report is longer than {ReportFormat.Largest} bytes");
        if (Parse(SignedPostureReport.Parser, bytes) is not { } signed) return Refused(ReportFault.Malformed, "what came is not a report");
        if (!IsSigned(signed, expected.PublicKey)) return Refused(ReportFault.Signature, "the report is not signed by the device's key");
        if (Parse(PostureReport.Parser, signed.Report.Span) is not { } report) return Refused(ReportFault.Malformed, "what was signed is not a report");
        return Moment(report, expected) ?? Content(report, expected);
    }

    private static ReportVerdict.Refused? Moment(PostureReport report, ReportExpectation expected)
    {
        if (report.Device != expected.Device) return Refused(ReportFault.OtherDevice, "the report is about another device");
        if (expected.Nonce.IsEmpty || !CryptographicOperations.FixedTimeEquals(report.Nonce.Span, expected.Nonce.Span))
        {
            return report.Sequence <= expected.Last.Sequence
                ? Refused(ReportFault.Replayed, "the report was sent before, or comes out of order")
                : Refused(ReportFault.OtherNonce, "the report answers another nonce than the one that is out");
        }

        if (report.Sequence <= expected.Last.Sequence)
            return Refused(ReportFault.Forked, $"the key signed report {report.Sequence} after report {expected.Last.Sequence}: two machines have it");
        // Far times overflow a difference: they are compared as they came.
        var (now, tolerance) = (expected.Now.ToUnixTimeMilliseconds(), (long)ReportFormat.ClockTolerance.TotalMilliseconds);
        if (report.Time > now + tolerance) return Refused(ReportFault.Future, "the device's clock is ahead by more than a minute");
        return report.Time < now - tolerance ? Refused(ReportFault.Stale, "the report is older than a minute, or the device's clock is behind") : null;
    }

    private static ReportVerdict Content(PostureReport report, ReportExpectation expected)
    {
        if (report.Base != 0 && report.Base != expected.Last.Sequence)
            return Refused(ReportFault.OtherBase, "the report says the changes to one that is not the last accepted one");
        if (report.Facts.Count > ReportFormat.MostFacts) return Refused(ReportFault.Malformed, "the report has more facts than there are");
        var facts = (report.Base == 0 ? DevicePosture.None : expected.Last).Facts.ToBuilder();
        var (seen, ignored) = (new HashSet<string>(StringComparer.Ordinal), ImmutableArray.CreateBuilder<string>());
        foreach (var fact in report.Facts)
        {
            if (!seen.Add(fact.Name)) return Refused(ReportFault.Malformed, "the report says a fact twice");
            if (!IsPlain(fact.Evidence) || !IsPlain(fact.Source)) return Refused(ReportFault.Malformed, "the report has a text that is too long or does not show");
            if (FactNames.Find(fact.Name) is null) ignored.Add(Shown.Text(fact.Name));
            else facts[fact.Name] = new PostureFact(fact.Name, State(fact.State), fact.Evidence, fact.Source, ReadAt(fact, report, expected.Now));
        }

        var posture = new DevicePosture { Sequence = report.Sequence, At = expected.Now, Facts = facts.ToImmutable() };
        return new ReportVerdict.Accepted(posture, ignored.ToImmutable());
    }

    private static bool IsSigned(SignedPostureReport signed, ECParameters publicKey)
    {
        const int signatureBytes = 64;
        if (signed.Signature.Length != signatureBytes) return false;
        using var key = ECDsa.Create(publicKey);
        return key.VerifyData(ReportFormat.ToBeSigned(signed.Report.Span), signed.Signature.Span, HashAlgorithmName.SHA256);
    }

    private static T? Parse<T>(MessageParser<T> parser, ReadOnlySpan<byte> bytes)
        where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    // By our clock, whatever the device's says; what it says to have read after its report it read with it. Until it reads it again, that is
    // how old it is, however many reports come.
    private static DateTimeOffset? ReadAt(PostureReportFact fact, PostureReport report, DateTimeOffset now) =>
        fact.Read <= 0 ? null : now - TimeSpan.FromMilliseconds(Math.Max(0, report.Time - fact.Read));

    // A state that is not known here is no pass.
    private static FactState State(PostureReportFact.Types.State state) => state switch
    {
        PostureReportFact.Types.State.Pass => FactState.Pass,
        PostureReportFact.Types.State.Fail => FactState.Fail,
        _ => FactState.Unknown,
    };

    private static bool IsPlain(string text) => text.Length <= ReportFormat.LongestText && !text.Any(Shown.IsHidden);

    private static ReportVerdict.Refused Refused(ReportFault fault, string why) => new(fault, why);
}
