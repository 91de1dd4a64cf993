using Doorward.Core.Evidences;
using Doorward.Core.Identifiers;
using Microsoft.AspNetCore.Identity;

namespace Doorward.Control.Storage;

/// <summary>
/// A person or service account. <see cref="IdentityUser{TKey}.Id"/> is a <see cref="SubjectId"/> and never reused;
/// <see cref="IdentityUser{TKey}.UserName"/> is the Cedar id and never reused either (<see cref="RetiredName"/>).
/// </summary>
public sealed class User : IdentityUser
{
    public User()
    {
        Id = SubjectId.New().Value;
        SecurityStamp = Identifier.New("stamp");
    }

    public SubjectKind Kind { get; set; } = SubjectKind.User;
    public string? DisplayName { get; set; }

    /// <summary>Setting it ends every session of the user in the same transaction.</summary>
    public bool Disabled { get; set; }

    /// <summary>IANA name; null means the installation's.</summary>
    public string? TimeZone { get; set; }

    /// <summary>Name of the IdentityProvider resource; with <see cref="ExternalSubject"/> unique, both null for local users.</summary>
    public string? IdentityProvider { get; set; }
    public string? ExternalSubject { get; set; }

    /// <summary>The TOTP secret, sealed for purpose <c>totp</c> and this id; null when not enrolled.</summary>
    public string? TotpSecretSealed { get; set; }

    /// <summary>The newest TOTP time step that was accepted: a step is good once (RFC 6238 section 5.2).</summary>
    public long TotpLastStep { get; set; }

    /// <summary>Raised by every change of factors; whatever was issued under a lower one is void.</summary>
    public long SecurityEpoch { get; set; }

    /// <summary>Counts up with every change of the resource (not of credentials); the ETag.</summary>
    public long Version { get; set; } = 1;

    /// <summary>Whether apply wrote it last, so that apply may prune it.</summary>
    public bool Managed { get; set; }

    public DateTimeOffset Created { get; set; }
}

/// <summary>One recovery code: only its hash is kept, and it works once.</summary>
public sealed class RecoveryCode
{
    public required string Id { get; init; }
    public required string UserId { get; init; }
    public required string Hash { get; init; }
    public DateTimeOffset? Used { get; set; }
}

/// <summary>A one-time enrolment link, kept as the SHA-256 of its secret.</summary>
public sealed class Invitation
{
    public required string Id { get; init; }
    public required string UserId { get; init; }
    public required byte[] Hash { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required DateTimeOffset Expires { get; init; }
    public DateTimeOffset? Used { get; set; }
}
