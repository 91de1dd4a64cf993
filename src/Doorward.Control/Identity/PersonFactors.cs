using Doorward.Control.Storage;

namespace Doorward.Control.Identity;

/// <summary>The factors of one person.</summary>
public sealed record PersonFactors(User Person, bool HasPassword, bool HasTotp, int RecoveryCodes, IReadOnlyList<OwnPasskey> Passkeys)
{
    /// <summary>Recovery codes stand in for a factor; they are none of their own.</summary>
    public bool HasSecond => HasTotp || Passkeys.Count > 0;
}

public sealed record OwnPasskey(byte[] Id, string? Name, DateTimeOffset Created);

/// <summary>Why a credential was refused: the field, what is wrong with it, and what to do.</summary>
public sealed record CredentialProblem(string Field, string Message, string Fix);
