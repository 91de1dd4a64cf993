namespace Doorward.Agent.Tpm;

/// <summary>The commands that we send, TPM_CC (Part 2 section 6.5.2).</summary>
internal enum TpmCommand : uint
{
    CreatePrimary = 0x131,
    Startup = 0x144,
    ActivateCredential = 0x147,
    Certify = 0x148,
    ReadNonVolatile = 0x14E,
    PolicySecret = 0x151,
    Create = 0x153,
    Load = 0x157,
    Quote = 0x158,
    Sign = 0x15D,
    FlushContext = 0x165,
    ReadNonVolatilePublic = 0x169,
    ReadPublic = 0x173,
    StartAuthSession = 0x176,
    GetCapability = 0x17A,
    GetRandom = 0x17B,
    ReadRegisters = 0x17E,
    ExtendRegister = 0x182,
}

/// <summary>Handles that are always there, TPM_RH (Part 2 section 7.4).</summary>
internal static class TpmHandle
{
    public const uint Owner = 0x40000001;
    public const uint Null = 0x40000007;

    /// <summary>Not a session: the password stands in its place; all of ours are empty.</summary>
    public const uint Password = 0x40000009;
    public const uint Endorsement = 0x4000000B;
}
