using System.Collections.Immutable;
using System.Globalization;
using Doorward.Core.Evaluations;
using Doorward.Core.Identifiers;
using Doorward.Core.Remedies;
using Doorward.Core.Sessions;
using Doorward.Gateway.Authentication;
using Doorward.Gateway.Pages;

namespace Doorward.Gateway.Enforcement;

/// <summary>The words of denials that a decision stands behind. People see only what they can do about themselves.</summary>
internal static class AccessPages
{
    /// <param name="end">How the session that the request had ended: its person is told, who proves by the cookie to be the one.</param>
    public static Denial NoSession(SessionEnd? end) => new()
    {
        Status = 401,
        Code = end is null ? "no-session" : "session-ended",
        Title = end is null ? "Sign in first" : "Sign in again",
        Summary = end is null
            ? "This needs a signed-in session. Open the application in a browser, or send a token (Authorization: Bearer dwt_...)."
            : $"Your session is over: {end.Words}.",
        Reference = Identifier.New("ref"),
        Challenge = "Bearer realm=\"doorward\"", // RFC 6750 section 3
        Links = [new DenialLink("Sign in", "/")],
    };

    public static Denial Closed(DecisionCause cause) => RefusalPages.Unavailable(CodeOf(cause), cause switch
    {
        DecisionCause.RecordUnavailable => "Access cannot be recorded at the moment, and nothing passes without a record.",
        DecisionCause.UnknownChange => "The gateway must be updated before it can serve again.",
        DecisionCause.ApplicationRemoved => "The application is no longer available here.",
        _ => "The gateway has lost touch with its control plane and cannot verify access. It serves again once it is back.",
    });

    public static Denial Denied(IAccessFeature access, ImmutableArray<Remedy> remedies) => new()
    {
        Status = 403,
        Code = CodeOf(access.Judgement.Decision.Cause),
        Title = "You have no access here",
        Summary = SummaryOf(access),
        Reference = access.Reference.Value,
        Missing = Explanations(access),
        Remedies = HowToGetAccess(access, remedies),
        Links = [new DenialLink("My applications", $"{access.State.Settings.AuthOrigin}/")],
    };

    /// <summary>For API clients, who cannot be redirected: RFC 9470 section 3.</summary>
    public static Denial StepUp(IAccessFeature access, StepUp stepUp, ImmutableArray<Remedy> remedies) => Denied(access, remedies) with
    {
        Status = 401,
        Code = "insufficient-user-authentication",
        Title = "Confirm that it is you",
        Summary = "A stronger or fresher sign-in is needed for this.",
        Challenge = Challenge(stepUp),
    };

    private static string Challenge(StepUp stepUp)
    {
        var challenge = "Bearer realm=\"doorward\", error=\"insufficient_user_authentication\", "
            + "error_description=\"A stronger or fresher sign-in is needed\"";
        if (stepUp.Assurance is { } assurance)
            challenge += string.Create(CultureInfo.InvariantCulture, $", acr_values=\"{assurance}\"");
        if (stepUp.MaxAge is { } age)
            challenge += string.Create(CultureInfo.InvariantCulture, $", max_age=\"{(long)age.TotalSeconds}\"");
        return challenge;
    }

    private static string SummaryOf(IAccessFeature access) => access.Judgement.Decision.Cause switch
    {
        DecisionCause.TokenScope => "The token is not for this application.",
        DecisionCause.SignInTooOld => "Your last sign-in is too long ago for this application.",
        DecisionCause.PolicyError => "A policy of your organisation could not be evaluated, so the door stays closed. Tell an administrator.",
        _ => $"You are signed in as {access.Credential?.Session.View.Subject.Name}, and no policy lets you do this at {access.Application!.Name}.",
    };

    /// <summary>What the policies themselves say to people: the <c>@explain</c> of those that forbade, else of those that would have permitted.</summary>
    private static ImmutableArray<string> Explanations(IAccessFeature access)
    {
        var decision = access.Judgement.Decision;
        var policies = access.Judgement.State.Policies.Policies.Where(policy =>
            policy.Explanation is not null
            && policy.Definition.System == access.Application!.System
            && policy.Concerns(access.Application.Name)
            && (decision.Reasons.IsEmpty || decision.Reasons.Contains(policy.Definition.Name)));
        return [.. policies.Select(policy => policy.Explanation!).Distinct(StringComparer.Ordinal).Take(5)];
    }

    private static ImmutableArray<DenialRemedy> HowToGetAccess(IAccessFeature access, ImmutableArray<Remedy> remedies)
    {
        ImmutableArray<DenialRemedy> own = [.. remedies.Where(static remedy => remedy.OwnDoing).Select(remedy => Describe(access, remedy)).DistinctBy(static remedy => remedy.Text)];
        return own.IsEmpty && access.Judgement.Decision.Cause != DecisionCause.SignInTooOld ? [new DenialRemedy(Remedy.AskSomebody)] : own;
    }

    private static DenialRemedy Describe(IAccessFeature access, Remedy remedy) => new(
        remedy.Text,
        access.Credential is { IsToken: false, Host: var host } && remedy.Changes.Any(static change => change is ProveDevice or EnrolDevice)
            ? new Uri($"{access.State.Settings.AuthOrigin}/device/check?door={host}")
            : null);

    private static string CodeOf(DecisionCause cause) => cause switch
    {
        DecisionCause.NoPermit => "no-permit",
        DecisionCause.Forbidden => "forbidden",
        DecisionCause.PolicyError => "policy-error",
        DecisionCause.SignInTooOld => "sign-in-too-old",
        DecisionCause.LeaseExpired => "lease-expired",
        DecisionCause.RecordUnavailable => "record-unavailable",
        DecisionCause.ApplicationRemoved => "application-removed",
        DecisionCause.TokenScope => "token-scope",
        DecisionCause.UnknownChange => "unknown-change",
        _ => "denied",
    };
}
