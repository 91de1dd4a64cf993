namespace Doorward.Agent.Tpm;

/// <summary>The TPM refused a command, or is not there; the message says which, in words.</summary>
internal sealed class TpmException : Exception
{
    private TpmException(string message, uint code)
        : base(message) => Code = code;

    /// <summary>The TPM's response code (Part 2 section 6.6); 0 when no response came that could be read.</summary>
    public uint Code { get; }

    /// <summary>Whether no TPM is there to answer, or not any more.</summary>
    public bool IsGone { get; private init; }

    public static TpmException Refused(string command, uint code) => new($"the TPM refused {command}: {TpmResponseCode.Describe(code)}", code);

    public static TpmException Gone(string why) => new($"the TPM does not answer: {why}", 0) { IsGone = true };

    public static TpmException Unreadable(string what) => new($"the TPM's answer cannot be read: {what}", 0);
}
