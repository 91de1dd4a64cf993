namespace Doorward.Core.Sessions;

/// <summary>What ended a session: a closed vocabulary. What a version does not know is <see cref="Unknown"/>, and as over as the rest.</summary>
public enum SessionEndCause
{
    Unknown = 0,

    /// <summary>An administrator ended it.</summary>
    Revoked,
    SignedOut,

    /// <summary>Its owner ended it from another of their sessions.</summary>
    EndedByOwner,

    /// <summary>Somebody else signed in with the same browser.</summary>
    ReplacedBySignIn,
    AccountDisabled,
    AccountDeleted,

    /// <summary>The identity provider that vouched for it was switched off or deleted.</summary>
    ProviderClosed,
    FactorsChanged,
    Expired,
    Idle,
    TokenRevoked,

    /// <summary>Doorward was restored from a backup.</summary>
    Restored,
}

/// <summary>Why a session is over. <paramref name="Reason"/> is what an administrator gave as the reason, meant for the person too; most have none.</summary>
public sealed record SessionEnd(SessionEndCause Cause, string? Reason = null)
{
    /// <summary>Public id of the session, where it is known; for records, not for people.</summary>
    public string? Session { get; init; }

    /// <summary>A clause for the person whose session it was, without full stop.</summary>
    public string Words => string.IsNullOrEmpty(Reason) ? WordsOf(Cause) : $"{WordsOf(Cause)}: {Reason}";

    public static string WordsOf(SessionEndCause cause) => cause switch
    {
        SessionEndCause.Revoked => "an administrator ended this session",
        SessionEndCause.SignedOut => "you signed out",
        SessionEndCause.EndedByOwner => "you ended this session from another one",
        SessionEndCause.ReplacedBySignIn => "somebody else signed in with this browser",
        SessionEndCause.AccountDisabled => "your account was disabled",
        SessionEndCause.AccountDeleted => "your account was deleted",
        SessionEndCause.ProviderClosed => "the identity provider you signed in with was switched off",
        SessionEndCause.FactorsChanged => "the ways you sign in were changed",
        SessionEndCause.Expired => "this session reached its end",
        SessionEndCause.Idle => "this session was not used for too long",
        SessionEndCause.TokenRevoked => "this token was revoked",
        SessionEndCause.Restored => "the product was restored from a backup",
        _ => "this session ended",
    };

    /// <summary>From its name on the wire or in a record.</summary>
    public static SessionEndCause CauseOf(string? name) => Enum.TryParse<SessionEndCause>(name, out var cause) && Enum.IsDefined(cause) ? cause : SessionEndCause.Unknown;
}
