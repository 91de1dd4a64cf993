using System.Collections.Immutable;
using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;
using Doorward.Core.Protocol;

namespace Doorward.Gateway.Feed;

/// <summary>One session and its subject at one moment: immutable, replaced whole, so that its identity is the evidence's version.</summary>
internal sealed class SessionView
{
    public SessionView(SessionState session, SubjectState subject, DecisionCause? ended = null)
    {
        Session = session;
        Subject = subject;
        Ended = ended ?? (subject.Disabled ? DecisionCause.SubjectDisabled : null);
        Expires = session.Expires.ToDateTimeOffset();
        Zone = TimeZoneInfo.TryFindSystemTimeZoneById(subject.TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;
        Evidence = new SessionEvidence
        {
            Assurance = session.Assurance,
            Methods = [.. session.Methods],
            Authenticated = session.Authenticated.ToDateTimeOffset(),
            Expires = Expires,
            IdentityProvider = session.IdentityProvider.Length == 0 ? null : session.IdentityProvider,
        };
    }

    public SessionState Session { get; }

    public SubjectState Subject { get; }

    /// <summary>Why no request may use this session any more; null while it lives.</summary>
    public DecisionCause? Ended { get; }

    public DateTimeOffset Expires { get; }

    /// <summary>The clock on the subject's wall; UTC when none is set or known.</summary>
    public TimeZoneInfo Zone { get; }

    public SessionEvidence Evidence { get; }

    public SubjectKind Kind => Subject.Kind == "service" ? SubjectKind.Service : SubjectKind.User;

    public SubjectEvidence EvidenceOfSubject(GroupTable groups) => new(
        Kind,
        Subject.Name,
        Kind == SubjectKind.User ? groups.GroupsOf(Subject.Name) : ImmutableArray<string>.Empty,
        Subject.Email.Length == 0 ? null : Subject.Email);

    public SessionView With(SessionState session) => new(session, Subject, Ended is DecisionCause.SubjectDisabled ? null : Ended);

    public SessionView With(SubjectState subject) => new(Session, subject, Ended is DecisionCause.SubjectDisabled ? null : Ended);

    public SessionView End(DecisionCause cause) => new(Session, Subject, cause);
}
