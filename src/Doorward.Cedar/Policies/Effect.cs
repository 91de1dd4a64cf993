namespace Doorward.Cedar;

/// <summary>What a satisfied policy does.</summary>
public enum Effect
{
    /// <summary>Allows, unless a forbid is satisfied too.</summary>
    Permit,

    /// <summary>Denies, whatever is permitted.</summary>
    Forbid,
}
