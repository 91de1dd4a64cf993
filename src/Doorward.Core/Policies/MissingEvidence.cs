using Doorward.Cedar;
using Doorward.Cedar.Syntax;

namespace Doorward.Core.Policies;

/// <summary>
/// Finds forbids that say nothing about whoever has no evidence: <c>forbid when { context has device &amp;&amp; !context.device.compliant }</c>
/// stops a bad device and lets somebody without any pass. What reads evidence unasked errs where it is missing, and an
/// erring forbid denies, so that is no hole.
/// </summary>
internal static class MissingEvidence
{
    // The optional attributes of the context (design section 4).
    private static readonly string[] Optional = ["device", "network", "risk", "http"];

    /// <summary>The kinds of evidence without which the policy, being a forbid, is switched off.</summary>
    public static IEnumerable<string> SwitchesOff(Policy policy) => policy.Effect == Effect.Forbid
        ? Optional.Where(name => policy.Facts.Reads($"context.{name}") && IsOff(policy, name))
        : [];

    private static bool IsOff(Policy policy, string missing)
    {
        foreach (var condition in policy.Conditions)
        {
            var outcome = Evaluate(condition.Body, missing);
            if (outcome == Outcome.Error) return false;
            if (outcome == (condition.Kind == ConditionKind.When ? Outcome.False : Outcome.True)) return true;
        }

        return false;
    }

    // What is known of an expression when only this is known: the attribute is missing. The parser bounds the height.
    private static Outcome Evaluate(Expression expression, string missing) => expression switch
    {
        LiteralExpression { Value: BooleanValue flag } => flag.Value ? Outcome.True : Outcome.False,
        HasExpression { Target: VariableExpression { Variable: Variable.Context } } has when has.Path[0] == missing => Outcome.False,
        AttributeExpression { Target: VariableExpression { Variable: Variable.Context } } read when read.Name == missing => Outcome.Error,
        NotExpression not => Evaluate(not.Operand, missing) switch { Outcome.True => Outcome.False, Outcome.False => Outcome.True, var other => other },
        AndExpression and => Chain(and.Operands, missing, ends: Outcome.False),
        OrExpression or => Chain(or.Operands, missing, ends: Outcome.True),
        IfExpression choice => Choose(choice, missing),
        _ => expression.Children.Any(child => Evaluate(child, missing) == Outcome.Error) ? Outcome.Error : Outcome.Unknown,
    };

    // && ends at what is false and || at what is true; behind something unknown an error may never be reached.
    private static Outcome Chain(IReadOnlyList<Expression> operands, string missing, Outcome ends)
    {
        var unknown = false;
        foreach (var operand in operands)
        {
            var outcome = Evaluate(operand, missing);
            if (outcome == ends) return ends;
            if (outcome == Outcome.Error) return unknown ? Outcome.Unknown : Outcome.Error;
            unknown |= outcome == Outcome.Unknown;
        }

        return unknown ? Outcome.Unknown : ends == Outcome.False ? Outcome.True : Outcome.False;
    }

    private static Outcome Choose(IfExpression choice, string missing)
    {
        var (then, otherwise) = (Evaluate(choice.Then, missing), Evaluate(choice.Else, missing));
        return Evaluate(choice.Condition, missing) switch
        {
            Outcome.True => then,
            Outcome.False => otherwise,
            Outcome.Error => Outcome.Error,
            _ => then == otherwise ? then : Outcome.Unknown,
        };
    }

    private enum Outcome { Unknown, True, False, Error }
}
