using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;
using Doorward.Gateway.Feed;
using Doorward.Gateway.Grants;

namespace Doorward.Gateway.Enforcement;

/// <summary>
/// Answers whether a request may be, on a state, now. The same for a new request and for one that is open: first what
/// needs no policy (halt, lease, session), then the policies.
/// </summary>
internal sealed class Judge(Lease lease, PolicyReach reach, DeviceContacts contacts, TimeProvider clock)
{
    public Judgement Decide(GatewayState state, GatewayApplication application, ResolvedCredential? credential, RequestFacts facts) =>
        Ask(state, application, credential, facts, asked: null);

    /// <summary>Judges a further request on a grant: what the policies said before is said again while nothing that they read has changed.</summary>
    public Judgement Decide(GatewayState state, GatewayApplication application, ResolvedCredential? credential, RequestFacts facts, Grant grant)
    {
        var view = credential?.Session.View;
        if (grant.Remembered is { } remembered && remembered.Holds(state, application, view, facts)
            && Standing(state, application, credential, facts.Action, clock.GetUtcNow()) is null)
            return remembered.Judgement with { State = state };

        // What is asked again for every request has its entities prepared; what is remembered is asked once.
        var isSteady = reach.IsSteady(state.Policies, application.Resource);
        var judgement = Ask(state, application, credential, facts, isSteady ? null : grant);
        if (judgement.Decision.Allowed && isSteady)
            grant.Remembered = new RememberedAllow(judgement, application, view, facts);
        return judgement;
    }

    /// <summary>Judges what is open on a newer state: the application may be gone, its host another's, or the target not its any more.</summary>
    public Judgement DecideAgain(GatewayState state, string application, ResolvedCredential? credential, RequestFacts facts) =>
        state.Applications.TryGetValue(application, out var current) && IsStill(state, current, facts)
            ? Decide(state, current, credential, facts)
            : new Judgement(new AccessDecision { Cause = DecisionCause.ApplicationRemoved }, null, state);

    private static bool IsStill(GatewayState state, GatewayApplication application, RequestFacts facts) =>
        facts.Tunnel is { } tunnel ? tunnel.IsOf(application.Definition) : state.Routes.Find(facts.Http!.Host)?.Name == application.Name;

    private Judgement Ask(GatewayState state, GatewayApplication application, ResolvedCredential? credential, RequestFacts facts, Grant? asked)
    {
        var now = clock.GetUtcNow();
        if (Standing(state, application, credential, facts.Action, now) is { } cause)
            return new Judgement(new AccessDecision { Cause = cause }, null, state);
        var input = Input(state, application, credential?.Session, facts, now);
        var decision = asked is null ? Evaluator.Evaluate(state.Policies, input) : Evaluator.Evaluate(state.Policies, input, asked.Prepare(input));
        if (!decision.Allowed && credential is null && decision.Cause == DecisionCause.NoPermit)
            decision = decision with { Cause = DecisionCause.NoSession };
        return new Judgement(decision, input, state);
    }

    /// <summary>Why nothing can be asked of policy at all; null when it can.</summary>
    private DecisionCause? Standing(GatewayState state, GatewayApplication application, ResolvedCredential? credential, AccessAction action, DateTimeOffset now)
    {
        if (state.Halted is not null)
            return DecisionCause.UnknownChange;
        if (!lease.Covers(state.Settings.LeaseOf(application.Definition.Strict)))
            return DecisionCause.LeaseExpired;
        if (!state.Applications.ContainsKey(application.Name))
            return DecisionCause.ApplicationRemoved;
        if (credential is null)
            return null;
        var view = credential.Session.View;
        if (view.Ended is { } ended)
            return ended;
        if (now >= view.Expires)
            return DecisionCause.SessionExpired;
        var isInScope = view.IsAgent ? action == AccessAction.Tunnel : !credential.IsToken || credential.Applications.Contains(application.Name);
        return isInScope ? null : DecisionCause.TokenScope;
    }

    private EvaluationInput Input(
        GatewayState state, GatewayApplication application, LiveSession? session, RequestFacts facts, DateTimeOffset now)
    {
        var view = session?.View;
        var evidence = new Evidence
        {
            Subject = view is null ? SubjectEvidence.Anonymous : session!.EvidenceOfSubject(view, state.Groups),
            Session = view?.Evidence,
            Device = session?.EvidenceOfDevice(view!, state, contacts, facts),
            Network = session?.EvidenceOfNetwork(facts.Address, state.Networks)
                ?? new NetworkEvidence(facts.Address, state.Networks.Match(facts.Address)),
            Time = TimeEvidence.At(now, view?.Zone ?? state.Settings.Zone),
            Http = facts.Http,
            Tunnel = facts.Tunnel?.Evidence,
        };
        return new EvaluationInput(evidence, facts.Action, application.Resource);
    }
}

/// <summary>A decision, what it rested on (null when policy was not asked), and the state it was made on.</summary>
internal readonly record struct Judgement(AccessDecision Decision, EvaluationInput? Input, GatewayState State);
