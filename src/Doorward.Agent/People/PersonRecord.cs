namespace Doorward.Agent.People;

/// <summary>What a machine keeps of a person's sign-in.</summary>
internal sealed record PersonRecord
{
    public required string User { get; init; }

    /// <summary>Scheme, host and port of <c>auth.</c>.</summary>
    public required string Auth { get; init; }

    /// <summary>The root that the installation is believed by, in PEM; null for the system's.</summary>
    public string? Root { get; init; }

    /// <summary><c>HOST:PORT</c> to connect to, where the names do not resolve.</summary>
    public string? Connect { get; init; }
    public required DateTimeOffset Expires { get; init; }

    /// <summary>The token, as <see cref="TokenSeal"/> seals it; null when the keyring has it.</summary>
    public byte[]? Sealed { get; init; }
}
