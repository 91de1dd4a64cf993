namespace Doorward.Cedar.Compilation;

/// <summary>A policy made ready to be evaluated many times.</summary>
internal sealed class CompiledPolicy
{
    private readonly Demand _principal;
    private readonly Demand _action;
    private readonly Demand _resource;
    private readonly CompiledCondition[] _conditions;

    public CompiledPolicy(Policy policy)
    {
        (Policy, Effect) = (policy, policy.Effect);
        (_principal, _action, _resource) = (Demand.Of(policy.Scope.Principal), Demand.Of(policy.Scope.Action), Demand.Of(policy.Scope.Resource));
        _conditions = policy.Parts.Compiled.Of(policy.Conditions);
    }

    public Policy Policy { get; }

    public Effect Effect { get; }

    public ref readonly Demand Principal => ref _principal;

    public ref readonly Demand Action => ref _action;

    public ref readonly Demand Resource => ref _resource;

    /// <summary>What becomes of the policy; after an error the frame knows why.</summary>
    public PolicyOutcomeKind Evaluate(Frame frame)
    {
        if (!_principal.IsMet(frame, frame.Principal)) return PolicyOutcomeKind.OutOfScope;
        if (!_action.IsMet(frame, frame.Action)) return PolicyOutcomeKind.OutOfScope;
        if (!_resource.IsMet(frame, frame.Resource)) return PolicyOutcomeKind.OutOfScope;
        foreach (var (body, wanted) in _conditions)
        {
            var truth = body.Test(frame);
            if (truth == Truth.Error) return PolicyOutcomeKind.Error;
            if (truth != wanted) return PolicyOutcomeKind.NotSatisfied;
        }
        return PolicyOutcomeKind.Satisfied;
    }
}
