using Doorward.Cedar.Compilation;
using Doorward.Cedar.Indexing;

namespace Doorward.Cedar;

/// <summary>
/// Room for evaluations and their answers, kept by the caller from one request to the next so that a request allocates nothing. For one
/// thread at a time; an answer that lives in it ends with the next request.
/// </summary>
public sealed class AuthorizationScratch
{
    private readonly Frame _frame = new();
    private readonly CollectingVisitor _collecting;
    private readonly DecidingVisitor _deciding;

    /// <summary>Makes room.</summary>
    public AuthorizationScratch() => (_collecting, _deciding) = (new CollectingVisitor(_frame), new DecidingVisitor(_frame));

    internal AuthorizationAnswer Answer(PolicyIndex index, IEntityStore entities, AuthorizationRequest request, bool denyOnError)
    {
        _frame.Begin(entities, request);
        _collecting.Begin(denyOnError);
        var all = !_collecting.TryFindAncestors();
        index.Visit(Effect.Forbid, _collecting, all);
        index.Visit(Effect.Permit, _collecting, all);
        return _collecting.Forbids.Count == 0 && _collecting.Permits.Count > 0
            ? new AuthorizationAnswer(Decision.Allow, _collecting.Permits.InOrder(), _collecting.Erring.InOrder())
            : new AuthorizationAnswer(Decision.Deny, _collecting.Forbids.InOrder(), _collecting.Erring.InOrder());
    }

    internal Decision Decide(PolicyIndex index, IEntityStore entities, AuthorizationRequest request, bool denyOnError)
    {
        _frame.Begin(entities, request);
        _deciding.Begin(denyOnError);
        var all = !_deciding.TryFindAncestors();
        if (!index.Visit(Effect.Forbid, _deciding, all)) return Decision.Deny;
        return index.Visit(Effect.Permit, _deciding, all) ? Decision.Deny : Decision.Allow;
    }

    internal PolicyOutcome Evaluate(CompiledPolicy policy, IEntityStore entities, AuthorizationRequest request)
    {
        _frame.Begin(entities, request);
        var kind = policy.Evaluate(_frame);
        return new PolicyOutcome(kind, kind == PolicyOutcomeKind.Error ? new Result(0, policy.Policy, _frame.Failure).ToError() : null);
    }

    /// <summary>Lets go of request, store and answer, for a scratch that waits for nobody knows how long.</summary>
    internal void End()
    {
        _frame.End();
        _collecting.End();
        _deciding.End();
    }
}
