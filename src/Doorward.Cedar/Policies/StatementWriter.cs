using System.Text;
using Doorward.Cedar.Lexing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar;

/// <summary>Writes statements as Cedar text, for those that come from elsewhere than text.</summary>
internal static class StatementWriter
{
    public static string Write(Effect effect, IReadOnlyDictionary<string, string> annotations, Scope scope, IEnumerable<Condition> conditions)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in annotations)
            text.Append('@').Append(name).Append(value.Length == 0 ? "" : $"({CedarText.Quote(value)})").Append('\n');
        text.Append(effect == Effect.Permit ? "permit (principal" : "forbid (principal").Append(Write(scope.Principal));
        text.Append(", action").Append(Write(scope.Action)).Append(", resource").Append(Write(scope.Resource)).Append(')');
        foreach (var condition in conditions)
            text.Append(condition.Kind == ConditionKind.When ? "\nwhen { " : "\nunless { ").Append(condition.Body).Append(" }");
        return text.Append(';').ToString();
    }

    private static string Write(EntityConstraint constraint) => constraint switch
    {
        EntityConstraint.Equal equal => $" == {equal.Entity}",
        EntityConstraint.In isBelow => $" in {isBelow.Entity}",
        EntityConstraint.Is type => $" is {type.EntityType}",
        EntityConstraint.IsIn type => $" is {type.EntityType} in {type.Entity}",
        _ => "",
    };

    private static string Write(ActionConstraint constraint) => constraint switch
    {
        ActionConstraint.Equal equal => $" == {equal.Action}",
        ActionConstraint.In group => $" in {group.Action}",
        ActionConstraint.InAny groups => $" in [{string.Join(", ", groups.Actions)}]",
        _ => "",
    };
}
