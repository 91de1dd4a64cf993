namespace Doorward.Cedar.Compilation;

/// <summary>The conditions of a statement, made ready when first needed. All links of a template have the same.</summary>
internal sealed class CompiledConditions
{
    private CompiledCondition[]? _conditions;

    public CompiledCondition[] Of(IReadOnlyList<Condition> conditions)
    {
        if (_conditions is not null) return _conditions;
        var compiler = new ExpressionCompiler();
        var compiled = new CompiledCondition[conditions.Count];
        for (var i = 0; i < compiled.Length; i++)
            compiled[i] = new CompiledCondition(compiler.Compile(conditions[i].Body), Truths.From(conditions[i].Kind == ConditionKind.When));
        return _conditions = compiled;
    }
}

/// <summary>A condition, and what it must come to.</summary>
internal readonly record struct CompiledCondition(Node Body, Truth Wanted);
