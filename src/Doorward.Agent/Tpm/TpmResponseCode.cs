using System.Collections.Frozen;

namespace Doorward.Agent.Tpm;

/// <summary>Response codes in words (Part 2 section 6.6.3).</summary>
internal static class TpmResponseCode
{
    public const uint Success = 0;
    private const uint FormatOne = 0x080;
    private const uint VersionOne = 0x100;
    private const uint Warning = 0x900;

    private static readonly FrozenDictionary<uint, string> AboutArguments = new Dictionary<uint, string>
    {
        [0x01] = "asymmetric algorithm not supported",
        [0x02] = "inconsistent attributes",
        [0x03] = "hash algorithm not supported",
        [0x04] = "value out of range",
        [0x05] = "hierarchy not enabled, or not the right one",
        [0x07] = "key size not supported",
        [0x08] = "mask generation function not supported",
        [0x09] = "mode of operation not supported",
        [0x0A] = "wrong type",
        [0x0B] = "wrong handle",
        [0x0C] = "key derivation not supported",
        [0x0D] = "value out of range",
        [0x0E] = "authorization failed, and the dictionary attack counter went up",
        [0x0F] = "invalid nonce size",
        [0x10] = "authorization needs physical presence",
        [0x12] = "scheme not supported",
        [0x15] = "wrong size",
        [0x16] = "symmetric algorithm not supported",
        [0x17] = "wrong structure tag",
        [0x18] = "union selector is incorrect",
        [0x1A] = "not enough bytes",
        [0x1B] = "signature is not valid",
        [0x1C] = "key fields are not compatible with the use",
        [0x1D] = "a policy check failed",
        [0x1F] = "integrity check failed: it is from another TPM, or was changed",
        [0x20] = "invalid ticket",
        [0x21] = "reserved bits are not zero",
        [0x22] = "bad authorization",
        [0x23] = "expired",
        [0x24] = "command code of the policy is another one",
        [0x25] = "public and private part do not belong together",
        [0x26] = "curve not supported",
        [0x27] = "point is not on the curve",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<uint, string> Errors = new Dictionary<uint, string>
    {
        [0x100] = "it was not started (TPM2_Startup)",
        [0x101] = "it is in failure mode",
        [0x103] = "sequence number used wrongly",
        [0x119] = "private area is not valid",
        [0x120] = "the command is disabled",
        [0x121] = "exclusive use of it was lost",
        [0x124] = "authorization is missing",
        [0x125] = "a policy is missing, or not allowed here",
        [0x126] = "registers do not have the value that they must",
        [0x127] = "registers changed since the policy was made",
        [0x12D] = "an upgrade is in progress",
        [0x12E] = "too many contexts",
        [0x12F] = "authorization value or policy is not available",
        [0x130] = "it must be restarted first",
        [0x131] = "unbalanced use of cryptographic algorithms",
        [0x142] = "wrong size of the command",
        [0x143] = "it does not know this command",
        [0x144] = "wrong size of the authorization",
        [0x145] = "the command takes no authorization",
        [0x146] = "non-volatile range exceeded",
        [0x147] = "wrong size of non-volatile data",
        [0x148] = "non-volatile memory is locked",
        [0x149] = "not authorized for this non-volatile memory",
        [0x14A] = "non-volatile memory was never written",
        [0x14B] = "non-volatile memory is full",
        [0x14C] = "non-volatile memory is defined already",
        [0x150] = "context is not valid",
        [0x151] = "a hash in the policy is not right",
        [0x152] = "not a parent of this kind",
        [0x153] = "needs a test of itself first",
        [0x154] = "data does not fit its scheme",
        [0x155] = "handle is not of this hierarchy, or not there",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<uint, string> Warnings = new Dictionary<uint, string>
    {
        [0x901] = "gap between contexts is too large",
        [0x902] = "out of memory for objects: transient ones must be flushed",
        [0x903] = "out of memory for sessions",
        [0x904] = "out of memory",
        [0x905] = "out of handles for sessions",
        [0x906] = "out of handles for objects",
        [0x907] = "locality is not right",
        [0x908] = "it yielded: try again",
        [0x909] = "it was cancelled",
        [0x90A] = "it is testing itself: try again",
        [0x910] = "first handle refers to nothing that is loaded",
        [0x911] = "second handle refers to nothing that is loaded",
        [0x912] = "third handle refers to nothing that is loaded",
        [0x918] = "first session refers to nothing that is loaded",
        [0x920] = "non-volatile memory is written too often: try later",
        [0x921] = "locked out after too many wrong authorizations",
        [0x922] = "it is busy: try again",
        [0x923] = "non-volatile memory is not available: try later",
    }.ToFrozenDictionary();

    /// <summary>What the code means, which argument it is about, and the code itself for those who look it up.</summary>
    public static string Describe(uint code) => $"{Words(code)} (0x{code:x3})";

    private static string Words(uint code)
    {
        if ((code & 0xFFFFF000) != 0) return "an error of the layer above it";
        if ((code & FormatOne) == 0) return (code >= Warning ? Warnings : Errors).GetValueOrDefault(code, (code & VersionOne) != 0 ? "an unknown error" : "an error of TPM 1.2");
        // Format one: which parameter (bit 6), or session or handle, and its number, in bits 8 to 11.
        var number = (code >> 8) & 0xF;
        var about = ((code & 0x40) != 0, number) switch
        {
            (_, 0) => "",
            (true, _) => $", parameter {number}",
            (false, >= 8) => $", session {number - 8}",
            _ => $", handle {number}",
        };
        return AboutArguments.GetValueOrDefault(code & 0x3F, "an unknown error") + about;
    }
}
