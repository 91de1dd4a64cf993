using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Validation;

/// <summary>
/// How much one validation may look at. A policy is looked at once for every kind of request that its scope leaves, and a schema of
/// some hundred kilobytes can allow billions of them.
/// </summary>
internal sealed class ValidationBudget(long steps)
{
    private long _left = steps;

    /// <summary>Whether as many expressions may still be looked at.</summary>
    public bool TryTake(int expressions) => (_left -= expressions) >= 0;

    /// <summary>The number of expressions in a policy's conditions, and one for the policy.</summary>
    public static int SizeOf(PolicyStatement policy)
    {
        var size = 1;
        var pending = new Stack<Expression>(policy.Conditions.Select(condition => condition.Body));
        while (pending.TryPop(out var expression))
        {
            size++;
            foreach (var child in expression.Children) pending.Push(child);
        }
        return size;
    }
}
