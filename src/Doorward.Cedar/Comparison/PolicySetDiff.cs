namespace Doorward.Cedar.Comparison;

/// <summary>
/// Compares the answers of two policy sets. Policies that are in both cannot change an answer by themselves, so they are evaluated
/// only for requests that meet one of the others. May be used from several threads at once.
/// </summary>
public sealed class PolicySetDiff
{
    private readonly PolicySet _before;
    private readonly PolicySet _after;
    private readonly AuthorizerOptions _options;
    private readonly bool _withReasons;
    private readonly Effects _gone;
    private readonly Effects _new;
    private readonly Effects _same;

    /// <summary>Prepares a comparison.</summary>
    /// <param name="before">The first set.</param>
    /// <param name="after">The set that takes its place.</param>
    /// <param name="withReasons">
    /// Whether a decision that stays but is made by other policies is a change. Then policies are the same only under the same id;
    /// else whatever their ids, as those of files count through.
    /// </param>
    /// <param name="options">How decisions are made.</param>
    public PolicySetDiff(PolicySet before, PolicySet after, bool withReasons = false, AuthorizerOptions? options = null)
    {
        (_before, _after, _withReasons, _options) = (before, after, withReasons, options ?? AuthorizerOptions.Default);
        var (old, now) = (before.Select(Identity).ToHashSet(), after.Select(Identity).ToHashSet());
        _gone = new Effects(before.Where(policy => !now.Contains(Identity(policy))), _options);
        _new = new Effects(after.Where(policy => !old.Contains(Identity(policy))), _options);
        _same = new Effects(before.Where(policy => now.Contains(Identity(policy))), _options);
    }

    /// <summary>How many policies of each set have no equal in the other.</summary>
    public (int Before, int After) Differing => (_gone.Count, _new.Count);

    /// <summary>What changes for one request; null when nothing does.</summary>
    public DecisionChange? Compare(AuthorizationRequest request, IEntityStore entities)
    {
        if (_gone.Count == 0 && _new.Count == 0) return null;
        if (_withReasons ? !MayHaveOtherReasons(request, entities) : !DecidesOtherwise(request, entities)) return null;
        var (before, after) = (Authorizer.IsAuthorized(_before, entities, request, _options), Authorizer.IsAuthorized(_after, entities, request, _options));
        if (before.Decision != after.Decision)
            return new DecisionChange(after.Decision == Decision.Allow ? DecisionChangeKind.NewlyAllowed : DecisionChangeKind.NewlyDenied, request, before, after);
        return !_withReasons || before.Reasons.ToHashSet(StringComparer.Ordinal).SetEquals(after.Reasons) && ReasonsAreSame(before.Reasons)
            ? null
            : new DecisionChange(DecisionChangeKind.OtherReasons, request, before, after);
    }

    /// <summary>What changes for recorded requests, in their order, on all processors. Requests are taken as changes are asked for.</summary>
    public IEnumerable<DecisionChange> CompareAll(IEnumerable<RecordedRequest> requests) => requests
        .AsParallel().AsOrdered().WithMergeOptions(ParallelMergeOptions.NotBuffered)
        .Select(recorded => Compare(recorded.Request, recorded.Entities)).Where(change => change is not null).Select(change => change!);

    // What both decide by is not asked before it matters.
    private bool DecidesOtherwise(AuthorizationRequest request, IEntityStore entities)
    {
        var (goneForbids, newForbids) = (_gone.Forbid(request, entities), _new.Forbid(request, entities));
        if (goneForbids && newForbids) return false;
        var (gonePermits, newPermits) = (!goneForbids && _gone.Permit(request, entities), !newForbids && _new.Permit(request, entities));
        if (goneForbids == newForbids && gonePermits == newPermits) return false;
        if (_same.Forbid(request, entities)) return false;
        var samePermits = (gonePermits || goneForbids) && (newPermits || newForbids) ? false : _same.Permit(request, entities);
        return (!goneForbids && (gonePermits || samePermits)) != (!newForbids && (newPermits || samePermits));
    }

    private bool MayHaveOtherReasons(AuthorizationRequest request, IEntityStore entities) =>
        _gone.Forbid(request, entities) || _new.Forbid(request, entities) || _gone.Permit(request, entities) || _new.Permit(request, entities);

    // A policy that says something else under the id that it had is another reason.
    private bool ReasonsAreSame(IReadOnlyList<string> reasons) => !reasons.Any(_gone.Contains);

    private (string Id, string Text) Identity(Policy policy) => (
        _withReasons ? policy.Id : "", StatementWriter.Write(policy.Effect, new Dictionary<string, string>(), policy.Scope, policy.Conditions));
}
