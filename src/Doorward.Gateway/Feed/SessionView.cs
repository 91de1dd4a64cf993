using System.Collections.Concurrent;
using System.Collections.Immutable;
using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;
using Doorward.Core.Protocol;
using Doorward.Core.Sessions;

namespace Doorward.Gateway.Feed;

/// <summary>One session and its subject at one moment: immutable, replaced whole, so that its identity is the evidence's version.</summary>
internal sealed class SessionView
{
    private SessionView(string id, bool isAgent, SessionSubject subject, SessionEvidence evidence, DeviceBinding? binding, SessionEnd? end)
    {
        Id = id;
        IsAgent = isAgent;
        Subject = subject;
        Evidence = evidence;
        Binding = binding;
        End = end;
    }

    public string Id { get; }

    /// <summary>Signed in from the command line: for tunnels, of whatever application, and for nothing else.</summary>
    public bool IsAgent { get; }

    public SessionSubject Subject { get; }

    /// <summary>How the session ended, if it has. It stays ended, whatever comes after: a subject can be enabled again, a session cannot.</summary>
    public SessionEnd? End { get; }

    /// <summary>Why no request may use this session any more; null while it lives.</summary>
    public DecisionCause? Ended => End?.Cause switch
    {
        null => Subject.Disabled ? DecisionCause.SubjectDisabled : null,
        SessionEndCause.Expired or SessionEndCause.Idle => DecisionCause.SessionExpired,
        SessionEndCause.AccountDisabled or SessionEndCause.AccountDeleted => DecisionCause.SubjectDisabled,
        _ => DecisionCause.SessionEnded,
    };

    public DateTimeOffset Expires => Evidence.Expires;

    /// <summary>Of the clock on the subject's wall; null where the installation's is.</summary>
    public TimeZoneInfo? Zone => Subject.Zone;

    public SessionEvidence Evidence { get; }

    /// <summary>The device that signed for it; null when none did.</summary>
    public string? DeviceId => Binding?.Device;

    /// <summary>For what that device vouched; null when none did.</summary>
    public DeviceBinding? Binding { get; }

    public static SessionView Of(SessionState session, SubjectState subject) => new(session.Id, session.Kind == "agent", SessionSubject.Of(subject), EvidenceOf(session), DeviceBinding.Of(session), null);

    public SubjectEvidence EvidenceOfSubject(GroupTable groups) => new(
        Subject.Kind,
        Subject.Name,
        groups.GroupsOf(Subject.Name),
        Subject.Email.Length == 0 ? null : Subject.Email);

    public SessionView With(SessionState session) => new(Id, IsAgent, Subject, EvidenceOf(session), DeviceBinding.Of(session), End);

    public SessionView With(SubjectState subject) => new(Id, IsAgent, SessionSubject.Of(subject), Evidence, Binding, End);

    /// <summary>Ends it; the first end stays.</summary>
    public SessionView With(SessionEnd end) => new(Id, IsAgent, Subject, Evidence, Binding, End ?? end);

    private static SessionEvidence EvidenceOf(SessionState session) => new()
    {
        Assurance = session.Assurance,
        Methods = MethodSets.Of(session.Methods),
        Authenticated = session.Authenticated.ToDateTimeOffset(),
        Expires = session.Expires.ToDateTimeOffset(),
        IdentityProvider = session.IdentityProvider.Length == 0 ? null : session.IdentityProvider,
    };
}

/// <summary>What the gateway keeps of a subject: fields instead of the message, which is several times as large.</summary>
internal sealed record SessionSubject(string Id, SubjectKind Kind, string Name, string Email, string DisplayName, bool Disabled, TimeZoneInfo? Zone)
{
    public static SessionSubject Of(SubjectState subject) => new(
        subject.Id,
        subject.Kind == "service" ? SubjectKind.Service : SubjectKind.User,
        subject.Name,
        subject.Email,
        subject.DisplayName,
        subject.Disabled,
        TimeZoneInfo.TryFindSystemTimeZoneById(subject.TimeZone, out var zone) ? zone : null);
}

/// <summary>The few combinations of methods by which people sign in, each kept once for all sessions.</summary>
internal static class MethodSets
{
    private const int Limit = 1024;
    private static readonly ConcurrentDictionary<string, ImmutableArray<string>> s_known = new(StringComparer.Ordinal);

    public static ImmutableArray<string> Of(IReadOnlyCollection<string> methods)
    {
        var name = string.Join(' ', methods);
        if (s_known.TryGetValue(name, out var known))
            return known;
        ImmutableArray<string> made = [.. methods];
        return s_known.Count < Limit ? s_known.GetOrAdd(name, made) : made;
    }
}
