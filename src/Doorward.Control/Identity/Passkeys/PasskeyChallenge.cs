namespace Doorward.Control.Identity.Passkeys;

/// <summary>What the browser's authenticator is asked, and what must be kept to check its answer (encrypted, in the browser).</summary>
public sealed record PasskeyChallenge(PasskeyCeremony Ceremony, string OptionsJson, string? State);

/// <summary>What a challenge is for. The answer to the one is none to the other.</summary>
public enum PasskeyCeremony
{
    /// <summary>To sign in.</summary>
    Use,

    /// <summary>To register a new one.</summary>
    Make,
}
