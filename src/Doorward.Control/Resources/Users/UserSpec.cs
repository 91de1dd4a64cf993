namespace Doorward.Control.Resources.Users;

/// <summary>What an operator says of a person or service account. Credentials are no part of it.</summary>
internal sealed record UserSpec
{
    public string? Email { get; init; }
    public string? DisplayName { get; init; }
    public bool Disabled { get; init; }

    /// <summary>IANA name; null for the installation's.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Whether it is a service account: it has tokens and never signs in.</summary>
    public bool Service { get; init; }
}
