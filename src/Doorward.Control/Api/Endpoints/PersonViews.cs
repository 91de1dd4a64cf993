namespace Doorward.Control.Api.Endpoints;

/// <summary>A person or service account as lists show it.</summary>
/// <param name="Kind">user or service.</param>
/// <param name="Provider">Where they sign in, if not here.</param>
/// <param name="Factors">Of password, totp and passkey those that they have.</param>
/// <param name="LastUsed">When a session of theirs was used last, as far as sessions are remembered.</param>
public sealed record PersonView(
    string Name, string Kind, string? DisplayName, string? Email, bool Disabled, string? Provider, IReadOnlyList<string> Factors,
    DateTimeOffset Created, DateTimeOffset? LastSignIn, DateTimeOffset? LastUsed);

/// <summary>One of them with all that hangs on the account. No secret is among it.</summary>
/// <param name="Version">The ETag of the resource User.</param>
/// <param name="Direct">Groups that name them.</param>
/// <param name="Groups">All groups that they are in, through any number of steps.</param>
/// <param name="Sessions">How many live ones.</param>
/// <param name="Tokens">How many good ones.</param>
/// <param name="InvitedUntil">When their open enrolment link ends; null for none.</param>
/// <param name="Invitable">Whether whoever asks would be given an enrolment link for them.</param>
public sealed record PersonDetail(
    PersonView Person, long Version, string? TimeZone, IReadOnlyList<string> Direct, IReadOnlyList<string> Groups, IReadOnlyList<PasskeyView> Passkeys,
    int RecoveryCodes, int Sessions, int Tokens, DateTimeOffset? InvitedUntil, bool Invitable);

public sealed record PasskeyView(string? Name, DateTimeOffset Created);
