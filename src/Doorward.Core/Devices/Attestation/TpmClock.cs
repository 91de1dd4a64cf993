namespace Doorward.Core.Devices.Attestation;

/// <summary>
/// TPMS_CLOCK_INFO: milliseconds that the TPM was on, and how often it was reset and resumed. It only moves forward, so an attestation
/// from before the last one that was accepted is an old one.
/// </summary>
public readonly record struct TpmClock(ulong Milliseconds, uint Resets, uint Restarts, bool IsSafe)
{
    /// <summary>Whether this moment is not before the other one, of the same TPM and by the same attestation key.</summary>
    public bool IsNotBefore(TpmClock other) => (Step(Resets, other.Resets), Step(Restarts, other.Restarts)) switch
    {
        (not 0 and var resets, _) => resets > 0,
        (_, not 0 and var restarts) => restarts > 0,
        _ => Milliseconds >= other.Milliseconds,
    };

    // A TPM adds a number of its own to the counts that it tells outside of its endorsement hierarchy (Part 1 section 36.7), the same for
    // each key: they may wrap, and only how far they moved means something.
    private static int Step(uint count, uint from) => unchecked((int)(count - from));
}
