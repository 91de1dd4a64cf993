namespace Doorward.Core.Devices.Posture;

/// <summary>What is known of a fact. The zero value is unknown, and unknown never satisfies.</summary>
public enum FactState
{
    Unknown,
    Pass,
    Fail,
}

/// <summary>Who stands behind a fact, weakest first.</summary>
public enum Provenance
{
    /// <summary>Somebody says so: a process or unit of that name, anybody's report.</summary>
    Claimed,

    /// <summary>The agent read it and the device's key signed it.</summary>
    AgentSigned,

    /// <summary>The vendor of the software says so too, on a way of its own.</summary>
    VendorConfirmed,

    /// <summary>The TPM's registers prove it.</summary>
    Attested,
}

/// <summary>Both as records and policies spell them.</summary>
public static class PostureWords
{
    public static string Name(this FactState state) => state switch
    {
        FactState.Pass => "pass",
        FactState.Fail => "fail",
        _ => "unknown",
    };

    public static string Name(this Provenance provenance) => provenance switch
    {
        Provenance.AgentSigned => "agent-signed",
        Provenance.VendorConfirmed => "vendor-confirmed",
        Provenance.Attested => "attested",
        _ => "claimed",
    };
}
