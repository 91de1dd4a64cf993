using System.Collections.Immutable;
using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;
using Doorward.Core.Identifiers;
using Doorward.Core.Remedies;
using Doorward.Gateway.Authentication;
using Doorward.Gateway.Grants;
using Doorward.Gateway.Pages;
using Doorward.Gateway.Routing;
using Doorward.Gateway.Spool;
using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Enforcement;

/// <summary>
/// Answers what is denied: nobody is sent to sign in, somebody is told why not and how to get access, and where signing
/// in again or stronger is all it takes, that is what happens.
/// </summary>
internal sealed class Refusals(Recorder recorder, Accountant accountant, SignInRedirect signIn, DenialBudget budget, TimeProvider clock)
{
    private static readonly TimeSpan SearchBudget = TimeSpan.FromMilliseconds(50);

    public Task AnswerAsync(HttpContext context, AccessFeature access, RequestFacts facts)
    {
        var cause = access.Judgement.Decision.Cause;
        if (cause is DecisionCause.LeaseExpired or DecisionCause.UnknownChange or DecisionCause.RecordUnavailable or DecisionCause.ApplicationRemoved)
        {
            accountant.Refused(access.Application!.Name, cause);
            return DenialWriter.WriteAsync(context, AccessPages.Closed(cause));
        }

        return access.Credential is null || cause is DecisionCause.SessionEnded or DecisionCause.SessionExpired or DecisionCause.SubjectDisabled
            ? AskWhoAsync(context, access, cause)
            : DenyAsync(context, access, facts);
    }

    private Task AskWhoAsync(HttpContext context, AccessFeature access, DecisionCause cause)
    {
        accountant.Refused(access.Application!.Name, cause);
        if (access.Credential is { IsToken: true }) return DenialWriter.WriteAsync(context, SessionPages.TokenOver(access.SessionEnd));
        return CanRedirect(context, access) && signIn.TryBegin(context, access.State, context.Canonical(), end: access.SessionEnd?.Cause)
            ? Task.CompletedTask
            : DenialWriter.WriteAsync(context, AccessPages.NoSession(access.SessionEnd));
    }

    private async Task DenyAsync(HttpContext context, AccessFeature access, RequestFacts facts)
    {
        access.Reference = DecisionId.New();
        var isRecorded = budget.TryTake(access.Credential!.Session.Id);
        var remedies = Remedies(access, isRecorded ? SearchBudget : TimeSpan.Zero);
        await RecordAsync(access, facts, remedies, isRecorded);
        var stepUp = access.Credential.IsToken ? null : StepUpOf(remedies, access);
        if (stepUp is null)
            await DenialWriter.WriteAsync(context, AccessPages.Denied(access, remedies));
        else if (!CanRedirect(context, access) || !signIn.TryBegin(context, access.State, context.Canonical(), stepUp))
            await DenialWriter.WriteAsync(context, AccessPages.StepUp(access, stepUp, remedies));
    }

    /// <summary>A loop of refusals is told the single changes only: searching further for each would let one session use up a processor.</summary>
    private ImmutableArray<Remedy> Remedies(AccessFeature access, TimeSpan limit) => access.Judgement.Input is { } input
        ? RemedySearch.Find(access.Judgement.State.Policies, input, clock, limit)
        : [];

    /// <summary>A person's refusals are recorded one by one, up to what a person can cause; beyond that they are counted.</summary>
    private Task RecordAsync(AccessFeature access, RequestFacts facts, ImmutableArray<Remedy> remedies, bool isRecorded)
    {
        if (!isRecorded)
        {
            accountant.Refused(access.Application!.Name, access.Judgement.Decision.Cause);
            return Task.CompletedTask;
        }

        return recorder.RecordDecision(new DecisionFacts
        {
            Id = access.Reference,
            Judgement = access.Judgement,
            Credential = access.Credential,
            Application = access.Application!.Name,
            Facts = facts,
            Remedies = remedies,
        });
    }

    private static StepUp? StepUpOf(ImmutableArray<Remedy> remedies, AccessFeature access)
    {
        // Policy said yes; only the age of the sign-in stands between.
        if (access.Judgement.Decision.Cause == DecisionCause.SignInTooOld)
            return new StepUp(null, access.Application!.Definition.MaxSignInAge);
        if (remedies.FirstOrDefault(remedy => remedy.IsStepUp) is not { } remedy)
            return null;
        var assurance = remedy.Changes.OfType<RaiseAssurance>().Select(change => (int?)change.Assurance).Max();
        var mustBeFresh = remedy.Changes.Any(change => change is SignInAgain);
        return new StepUp(assurance, access.Application!.Definition.MaxSignInAge ?? (mustBeFresh ? TimeSpan.Zero : null));
    }

    // An upgrade cannot follow a redirect, whatever its headers look like.
    private static bool CanRedirect(HttpContext context, AccessFeature access) =>
        access.Credential is not { IsToken: true } && context.Canonical().Upgrade == UpgradeKind.None && ClientKind.IsBrowser(context.Request);
}
