using System.Text.Json;
using Doorward.Control.Api;
using Doorward.Control.Identity;
using Doorward.Control.Policies;
using Doorward.Control.Resources.Specs;
using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;
using Doorward.Core.Sessions;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Decisions;

/// <summary>
/// Whether what was decided then would be allowed now, in the order in which a gateway asks: application, account, session, and then
/// the policies with everything as it is today. Request and address are those of then.
/// </summary>
internal sealed class PresentStanding(PolicyHistory policies, TimeProvider time)
{
    /// <summary>Null when nothing ended and the input is not kept any more.</summary>
    public async Task<(AccessDecision Decision, string? Why)?> AskAsync(DoorwardDb db, DecisionEntry entry, EvaluationInput? input, Session? session, CancellationToken ct)
    {
        var document = await db.Resources.AsNoTracking()
            .SingleOrDefaultAsync(d => d.Kind == ResourceKinds.Application && d.Name == entry.Application, ct);
        if (document is null) return Ended(DecisionCause.ApplicationRemoved, $"the application {entry.Application} was deleted");
        var user = entry.SubjectId is null ? null : await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == entry.SubjectId, ct);
        if (await StandingAsync(db, entry, session, user, ct) is { } ended) return ended;
        if (input is null) return null;
        var now = await TodayAsync(db, input, session, user, document, ct);
        var decision = Evaluator.Evaluate(await policies.TodayAsync(ct), now);
        return (decision, WhyNot(decision, now));
    }

    private async Task<(AccessDecision, string?)?> StandingAsync(DoorwardDb db, DecisionEntry entry, Session? session, User? user, CancellationToken ct)
    {
        if (entry.SubjectId is null) return null;
        if (user is null) return Ended(DecisionCause.SubjectDisabled, "the account was deleted" + When(session));
        if (user.Disabled) return Ended(DecisionCause.SubjectDisabled, "the account was disabled" + When(session));
        if (session is null) return Ended(DecisionCause.SessionEnded, "the session is over; its record is gone with its time, or a restore went back to before it");
        if (SessionLimits.EndOf(session, time.GetUtcNow(), await SessionLimits.IdleTimeoutAsync(db, ct)) is not { } end) return null;
        var cause = end.Cause is SessionEndCause.Expired or SessionEndCause.Idle ? DecisionCause.SessionExpired : DecisionCause.SessionEnded;
        return Ended(cause, Words(end.Cause) + When(session) + (end.Reason is null ? "" : $": {end.Reason}"));
    }

    private static (AccessDecision, string?) Ended(DecisionCause cause, string why) => (new AccessDecision { Cause = cause }, why);

    // In the words of an administrator; the person is told SessionEnd.Words.
    private static string Words(SessionEndCause cause) => cause switch
    {
        SessionEndCause.Revoked => "the session was revoked",
        SessionEndCause.SignedOut => "the person signed out",
        SessionEndCause.EndedByOwner => "the person ended the session from another one",
        SessionEndCause.AccountDisabled => "the session ended when the account was disabled",
        SessionEndCause.AccountDeleted => "the session ended when the account was deleted",
        SessionEndCause.FactorsChanged => "the person's factors were changed",
        SessionEndCause.ProviderClosed => "the identity provider was switched off",
        _ => SessionEnd.WordsOf(cause),
    };

    private static string When(Session? session) => session?.Ended is not { } at
        ? ""
        : string.Create(System.Globalization.CultureInfo.InvariantCulture, $" at {at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC") + session.EndedBy switch
        {
            null => "",
            UserNames.Owner => " by local (on the machine itself)",
            var by => $" by {by}",
        };

    private async Task<EvaluationInput> TodayAsync(DoorwardDb db, EvaluationInput then, Session? session, User? user, ResourceDocument document, CancellationToken ct)
    {
        var zone = TimeEvidence.ZoneOf(user?.TimeZone, await db.Settings.Select(static settings => settings.TimeZone).SingleAsync(ct));
        var evidence = then.Evidence with { Time = TimeEvidence.At(time.GetUtcNow(), zone) };
        if (user is not null)
        {
            var nesting = await ApiAccess.ReadNestingAsync(db, ct);
            evidence = evidence with { Subject = new SubjectEvidence(user.Kind, user.UserName!, nesting.GroupsOf(user.UserName!), user.Email) };
        }

        if (session is not null && evidence.Session is { } signedIn)
        {
            evidence = evidence with
            {
                Session = signedIn with { Assurance = session.Assurance, Methods = [.. session.Methods], Authenticated = session.Authenticated, Expires = session.Expires },
            };
        }

        var definition = JsonSerializer.Deserialize(document.Json, ApplicationJson.Default.ApplicationDefinition)!;
        return then with { Evidence = evidence, Resource = ResourceFacts.From(definition, document.System) };
    }

    private static string? WhyNot(AccessDecision decision, EvaluationInput now) => decision.Cause switch
    {
        DecisionCause.SignInTooOld when now.Evidence.Session is { } session && now.Resource.MaxSignInAge is { } age =>
            $"the sign-in became too old: {now.Resource.Name} accepts one of {DurationText.Format(age)}, and the last was {DurationText.Format(now.Evidence.Time.Now - session.Authenticated)} ago",
        DecisionCause.NoPermit => "no policy allows it now",
        DecisionCause.Forbidden => "a policy forbids it now",
        DecisionCause.PolicyError => "a policy cannot be evaluated now",
        _ => null,
    };
}
