using System.Text;
using Doorward.Cedar;

namespace Doorward.Control.Policies;

/// <summary>Writes policies in their usual form: one clause a line.</summary>
public static class PolicyText
{
    /// <summary>The text in its usual form, or its errors. A text with comments or templates is left alone: they would be lost.</summary>
    public static (string? Formatted, IReadOnlyList<ParseError> Errors) Format(string text)
    {
        var read = PolicyParser.ParsePolicySet(text);
        if (!read.Success) return (null, read.Errors);
        if (HasComment(text) || read.PolicySet.Templates.Any()) return (text, []);
        return (string.Join("\n", read.PolicySet.Select(Write)), []);
    }

    private static string Write(Policy policy)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in policy.Annotations.OrderBy(static a => a.Key, StringComparer.Ordinal))
            text.Append('@').Append(name).Append('(').Append(CedarValue.From(value)).Append(")\n");
        text.Append(policy.Effect == Effect.Permit ? "permit" : "forbid").Append(" (\n  ")
            .Append(Constraint("principal", policy.Scope.Principal)).Append(",\n  ")
            .Append(Constraint(policy.Scope.Action)).Append(",\n  ")
            .Append(Constraint("resource", policy.Scope.Resource)).Append("\n)");
        foreach (var condition in policy.Conditions)
            text.Append(condition.Kind == ConditionKind.When ? "\nwhen { " : "\nunless { ").Append(condition.Body).Append(" }");
        return text.Append(";\n").ToString();
    }

    private static string Constraint(string variable, EntityConstraint constraint) => constraint switch
    {
        EntityConstraint.Equal equal => $"{variable} == {equal.Entity}",
        EntityConstraint.In below => $"{variable} in {below.Entity}",
        EntityConstraint.Is type => $"{variable} is {type.EntityType}",
        EntityConstraint.IsIn both => $"{variable} is {both.EntityType} in {both.Entity}",
        _ => variable,
    };

    private static string Constraint(ActionConstraint constraint) => constraint switch
    {
        ActionConstraint.Equal equal => $"action == {equal.Action}",
        ActionConstraint.In below => $"action in {below.Action}",
        ActionConstraint.InAny any => $"action in [{string.Join(", ", any.Actions)}]",
        _ => "action",
    };

    // The text parses, so quotes come in pairs and a backslash inside them escapes one character.
    private static bool HasComment(string text)
    {
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (quoted && text[i] == '\\') i++;
            else if (text[i] == '"') quoted = !quoted;
            else if (!quoted && text[i] == '/' && i + 1 < text.Length && text[i + 1] == '/') return true;
        }

        return false;
    }
}
