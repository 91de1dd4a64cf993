using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;
using Doorward.Core.Identifiers;
using Doorward.Gateway.Connections;
using Doorward.Gateway.Feed;
using Doorward.Gateway.Grants;
using Doorward.Gateway.Routing;
using Doorward.Gateway.Spool;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Doorward.Gateway.Enforcement;

/// <summary>
/// Gathers evidence, evaluates, opens the grant and puts the connection on it. The connection is registered first and
/// judged again if the state has moved since: together with the applier, who publishes first and scans afterwards, no
/// change can fall between the two.
/// </summary>
internal sealed class AccessMiddleware(
    RequestDelegate next, StateCell cell, Judge judge, GrantTable grants, Recorder recorder, Refusals refusals, TimeProvider clock)
{
    public Task InvokeAsync(HttpContext context)
    {
        var access = context.Access();
        var request = context.Canonical();
        var facts = Facts(context, request);
        access.Judgement = judge.Decide(access.State, access.Application!, access.Credential, facts);
        return access.Judgement.Decision.Allowed
            ? EnterAsync(context, access, facts)
            : refusals.AnswerAsync(context, access, facts);
    }

    private async Task EnterAsync(HttpContext context, AccessFeature access, RequestFacts facts)
    {
        var held = new HeldConnection(context.Features.GetRequiredFeature<LiveConnection>(), facts);
        var grant = Register(access, held);
        try
        {
            if (!LookAgain(access, facts))
            {
                await refusals.AnswerAsync(context, access, facts);
                return;
            }

            // Nothing goes on before the record of the grant is on disk; further requests find it there.
            if (!await grant.Recorded)
            {
                grants.TryClose(grant, unusedSince: null);
                access.Judgement = access.Judgement with { Decision = new AccessDecision { Cause = DecisionCause.RecordUnavailable } };
                await refusals.AnswerAsync(context, access, facts);
                return;
            }

            access.Grant = grant;
            if (held.Live.IsOpen)
                await next(context);
        }
        finally
        {
            grant.Remove(held);
        }
    }

    private Grant Register(AccessFeature access, HeldConnection held)
    {
        var session = access.Credential?.Session;
        var key = new GrantKey(session?.Id ?? "", access.Application!.Name);
        var now = clock.GetUtcNow();
        while (true)
        {
            var grant = grants.Find(key, session) ?? Open(access, key, held.Facts, now);
            if (grant.TryAdd(held, now))
                return grant;
        }
    }

    private Grant Open(AccessFeature access, GrantKey key, RequestFacts facts, DateTimeOffset now)
    {
        var state = access.Judgement.State;
        var opened = new Grant(key, access.Credential, facts, now, state.Revision);
        var recorded = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        opened.Recorded = recorded.Task;
        var grant = grants.Add(opened);
        if (ReferenceEquals(grant, opened))
            _ = RecordAsync(access.Judgement, opened, facts, recorded);
        return grant;
    }

    private async Task RecordAsync(Judgement judgement, Grant grant, RequestFacts facts, TaskCompletionSource<bool> recorded)
    {
        try
        {
            recorded.TrySetResult(await recorder.RecordDecision(new DecisionFacts
            {
                Id = DecisionId.New(),
                Judgement = judgement,
                Credential = grant.Credential,
                Application = grant.Application,
                Facts = facts,
                Grant = grant.Id.Value,
            }));
        }
        finally
        {
            recorded.TrySetResult(false); // whatever happened, nobody waits for ever
        }
    }

    /// <summary>Judges again for as long as the state moves; false when the answer has become no.</summary>
    private bool LookAgain(AccessFeature access, RequestFacts facts)
    {
        // Orders the registration before the reading of the state on every processor.
        Interlocked.MemoryBarrier();
        for (var state = cell.Current; !ReferenceEquals(state, access.Judgement.State); state = cell.Current)
        {
            access.Judgement = judge.DecideAgain(state, access.Application!.Name, access.Credential, facts);
            if (!access.Judgement.Decision.Allowed)
                return false;
        }

        return true;
    }

    private static RequestFacts Facts(HttpContext context, CanonicalRequest request) => new(
        RequestFacts.ActionOf(request.Method, request.Upgrade != UpgradeKind.None),
        new HttpEvidence(request.Method, request.Host, request.Route!.IsOpaque ? null : request.Path),
        ClientAddress.Of(context));
}
