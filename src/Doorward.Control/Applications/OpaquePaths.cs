using Doorward.Cedar;
using Doorward.Cedar.Syntax;
using Doorward.Core.Applications;

namespace Doorward.Control.Applications;

/// <summary>
/// An opaque application has no canonical path, so no policy that may judge it reads one. A policy that names another
/// application in its scope cannot judge this one; every other policy may.
/// </summary>
internal static class OpaquePaths
{
    private const string ApplicationType = "Application";
    private static readonly string[] Path = ["http", "path"];

    public static bool Conflicts(Policy policy, ApplicationDefinition application) =>
        application.Paths == PathMode.Opaque && MayJudge(policy, application.Name) && ReadsPath(policy);

    private static bool MayJudge(Policy policy, string application) => policy.Scope.Resource switch
    {
        EntityConstraint.Equal { Entity: EntityReference.Literal { Uid: var uid } } => uid.Type == ApplicationType && uid.Id == application,
        _ => true,
    };

    // Asking whether there is http evidence at all is no look at the path; using the whole of it, or of the context, is.
    private static bool ReadsPath(Policy policy)
    {
        var pending = new Stack<Expression>(policy.Conditions.Select(static condition => condition.Body));
        while (pending.TryPop(out var expression))
        {
            switch (expression)
            {
                case HasExpression has when NamesFromContext(has.Target) is { } names:
                    if (IsWithinPath([.. names, .. has.Path])) return true;
                    break;
                case not HasExpression when NamesFromContext(expression) is { } names:
                    if (names.Count == 0 || (names.Count == 1 && names[0] == Path[0]) || IsWithinPath(names)) return true;
                    break;
                default:
                    foreach (var child in expression.Children) pending.Push(child);
                    break;
            }
        }

        return false;
    }

    private static bool IsWithinPath(List<string> names) => names.Count >= Path.Length && names.Take(Path.Length).SequenceEqual(Path);

    private static List<string>? NamesFromContext(Expression expression)
    {
        var names = new List<string>();
        while (expression is AttributeExpression attribute)
        {
            names.Insert(0, attribute.Name);
            expression = attribute.Target;
        }

        return expression is VariableExpression { Variable: Variable.Context } ? names : null;
    }
}
