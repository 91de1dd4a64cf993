using System.Collections.Immutable;

namespace Doorward.Core.Devices.Posture;

/// <summary>Why a posture report is refused.</summary>
public enum ReportFault
{
    TooLarge,
    Malformed,

    /// <summary>Not signed by the device's key, or not at all.</summary>
    Signature,

    /// <summary>It is about another device than the one that sends it.</summary>
    OtherDevice,

    /// <summary>It answers another nonce than the one that is out, with a number that was used: sent again, or out of order.</summary>
    Replayed,

    /// <summary>It answers another nonce than the one that is out, with a new number: an answer was lost, or the device began anew.</summary>
    OtherNonce,

    /// <summary>The device's clock is ahead, or behind.</summary>
    Future,
    Stale,

    /// <summary>
    /// Signed by the key, with the right nonce, and yet a sequence number that was used already: two machines have the key. Both are to be held.
    /// </summary>
    Forked,

    /// <summary>It says only the changes to a report that is not the last accepted one: the whole is to be sent.</summary>
    OtherBase,
}

/// <summary>What a report comes to.</summary>
public abstract record ReportVerdict
{
    private ReportVerdict()
    {
    }

    /// <param name="Posture">What is known now.</param>
    /// <param name="Ignored">Facts of names that are not known here, from a newer agent perhaps: they are not kept.</param>
    public sealed record Accepted(DevicePosture Posture, ImmutableArray<string> Ignored) : ReportVerdict;

    public sealed record Refused(ReportFault Fault, string Why) : ReportVerdict;
}
