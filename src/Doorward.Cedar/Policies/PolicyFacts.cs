using System.Collections.Frozen;
using Doorward.Cedar.Lexing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar;

/// <summary>What can be known of a policy without evaluating it.</summary>
public sealed class PolicyFacts
{
    private const string Root = "context";

    private PolicyFacts(FrozenSet<string> contextPaths) => ContextPaths = contextPaths;

    /// <summary>
    /// The dotted attribute paths beginning at <c>context</c> that occur in the policy, the longest at each place: for
    /// <c>context has device &amp;&amp; context.device.compliant</c> they are <c>context.device</c> and
    /// <c>context.device.compliant</c>. A bare <c>context</c> means that the whole of it is used. Names that are no identifiers are written as <c>context["a b"]</c>.
    /// </summary>
    public IReadOnlySet<string> ContextPaths { get; }

    /// <summary>
    /// Whether the policy may read the value at a path such as <c>context.time</c>: it reads the path itself, something in it, or
    /// something that it is part of.
    /// </summary>
    public bool Reads(string contextPath) => ContextPaths.Any(path => IsWithin(path, contextPath) || IsWithin(contextPath, path));

    internal static PolicyFacts Of(PolicyStatement policy)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Stack<Expression>(policy.Conditions.Select(condition => condition.Body));
        while (pending.TryPop(out var expression))
        {
            if (AddPaths(paths, expression)) continue;
            foreach (var child in expression.Children) pending.Push(child);
        }
        return new PolicyFacts(paths.ToFrozenSet(StringComparer.Ordinal));
    }

    private static bool IsWithin(string inner, string outer) => inner.StartsWith(outer, StringComparison.Ordinal)
        && (inner.Length == outer.Length || inner[outer.Length] is '.' or '[');

    private static bool AddPaths(HashSet<string> paths, Expression expression)
    {
        if (expression is HasExpression has)
        {
            if (PathOf(has.Target) is not { } target) return false;
            foreach (var name in has.Path) target = Join(target, name);
            paths.Add(target);
            return true;
        }
        if (PathOf(expression) is not { } path) return false;
        paths.Add(path);
        return true;
    }

    private static string? PathOf(Expression expression)
    {
        var names = new Stack<string>();
        while (expression is AttributeExpression attribute)
        {
            names.Push(attribute.Name);
            expression = attribute.Target;
        }
        return expression is VariableExpression { Variable: Variable.Context } ? names.Aggregate(Root, Join) : null;
    }

    private static string Join(string path, string name) =>
        CedarText.IsIdentifier(name) ? $"{path}.{name}" : $"{path}[{CedarText.Quote(name)}]";
}
