using System.Collections.Immutable;
using Doorward.Cedar;
using Doorward.Cedar.Syntax;

namespace Doorward.Core.Evaluations;

/// <summary>The names that a policy mentions: they are what a counterfactual search may try.</summary>
internal static class Mentions
{
    /// <summary>Group names of scope and conditions, and string literals of conditions, each once and in ordinal order.</summary>
    public static (ImmutableArray<string> Groups, ImmutableArray<string> Texts) Of(Policy policy)
    {
        var groups = new SortedSet<string>(StringComparer.Ordinal);
        var texts = new SortedSet<string>(StringComparer.Ordinal);
        if (policy.Scope.Principal.Reference is EntityReference.Literal { Uid: { Type: CedarNames.GroupType } group })
            groups.Add(group.Id);
        var pending = new Stack<Expression>(policy.Conditions.Select(condition => condition.Body));
        while (pending.TryPop(out var expression))
        {
            switch (expression)
            {
                case LiteralExpression { Value: EntityValue { Uid: { Type: CedarNames.GroupType } mentioned } }:
                    groups.Add(mentioned.Id);
                    break;
                case LiteralExpression { Value: StringValue text }:
                    texts.Add(text.Value);
                    break;
            }

            foreach (var child in expression.Children)
                pending.Push(child);
        }

        return ([.. groups], [.. texts]);
    }
}
