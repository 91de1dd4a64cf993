namespace Doorward.Core.Evaluations;

/// <summary>Why a decision came out as it did: a closed vocabulary for records, logs and metrics.</summary>
public enum DecisionCause
{
    /// <summary>No policy permitted it.</summary>
    NoPermit = 0,

    /// <summary>A policy forbade it.</summary>
    Forbidden,

    /// <summary>A forbid whose scope matches could not be evaluated.</summary>
    PolicyError,

    /// <summary>There is no session and the anonymous principal is not permitted.</summary>
    NoSession,
    SessionEnded,
    SessionExpired,
    SubjectDisabled,

    /// <summary>The sign-in is older than the application accepts.</summary>
    SignInTooOld,

    /// <summary>The gateway has not heard from the control plane within the lease.</summary>
    LeaseExpired,

    /// <summary>The record of the decision could not be made durable.</summary>
    RecordUnavailable,

    /// <summary>The application is gone or changed its hosts.</summary>
    ApplicationRemoved,

    /// <summary>The token is not for this application.</summary>
    TokenScope,

    /// <summary>An administrator cut the grant.</summary>
    CutByAdministrator,

    /// <summary>A change arrived that this gateway does not understand.</summary>
    UnknownChange,
    Permitted,
}
