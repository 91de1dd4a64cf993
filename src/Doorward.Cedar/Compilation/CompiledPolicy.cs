namespace Doorward.Cedar.Compilation;

/// <summary>A policy made ready to be evaluated many times.</summary>
internal sealed class CompiledPolicy
{
    private readonly CompiledCondition[] _conditions;

    public CompiledPolicy(Policy policy)
    {
        Policy = policy;
        Scope = new CompiledScope(policy.Scope);
        var compiler = new ExpressionCompiler();
        _conditions = [.. policy.Conditions.Select(condition => new CompiledCondition(
            compiler.Compile(condition.Body), condition.Kind == ConditionKind.When ? Truth.True : Truth.False))];
    }

    public Policy Policy { get; }

    public Effect Effect => Policy.Effect;

    public CompiledScope Scope { get; }

    /// <summary>What becomes of the policy; after an error the frame knows why.</summary>
    public PolicyOutcomeKind Evaluate(Frame frame)
    {
        if (!Scope.Matches(frame)) return PolicyOutcomeKind.OutOfScope;
        foreach (var (body, wanted) in _conditions)
        {
            var truth = body.Test(frame);
            if (truth == Truth.Error) return PolicyOutcomeKind.Error;
            if (truth != wanted) return PolicyOutcomeKind.NotSatisfied;
        }
        return PolicyOutcomeKind.Satisfied;
    }

    private readonly record struct CompiledCondition(Node Body, Truth Wanted);
}
