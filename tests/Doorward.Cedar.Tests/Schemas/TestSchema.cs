using Doorward.Cedar.Schemas;

namespace Doorward.Cedar.Tests.Schemas;

/// <summary>Short ways from text to schemas, and whether two of them mean the same.</summary>
internal static class TestSchema
{
    public static Schema Parse(string text)
    {
        var result = Schema.ParseAny(text);
        return result.Success ? result.Schema : throw new InvalidDataException($"{result.Errors[0]} in {text}");
    }

    public static ParseError Error(string text) => Assert.Single(Schema.ParseAny(text).Errors);

    public static string Text(Schema schema) => schema.TryToText(out var text, out var problem) ? text : throw new InvalidDataException(problem);

    /// <summary>In which part two schemas differ, or null.</summary>
    public static string? Difference(Schema expected, Schema actual)
    {
        if (!expected.EntityTypes.Keys.ToHashSet().SetEquals(actual.EntityTypes.Keys)) return "entity types";
        if (!expected.Actions.Keys.ToHashSet().SetEquals(actual.Actions.Keys)) return "actions";
        foreach (var (name, type) in expected.EntityTypes)
            if (!IsSame(type, actual.EntityTypes[name])) return name;
        foreach (var (uid, action) in expected.Actions)
            if (!IsSame(action, actual.Actions[uid])) return uid.ToString();
        return null;
    }

    private static bool IsSame(EntityTypeDefinition a, EntityTypeDefinition b) => a.Attributes.Equals(b.Attributes)
        && Equals(a.Tags, b.Tags) && a.Parents.SequenceEqual(b.Parents) && a.Ancestors.SetEquals(b.Ancestors)
        && (a.Choices is null ? b.Choices is null : b.Choices is not null && a.Choices.SetEquals(b.Choices));

    private static bool IsSame(ActionDefinition a, ActionDefinition b) => a.Context.Equals(b.Context)
        && a.PrincipalTypes.SequenceEqual(b.PrincipalTypes) && a.ResourceTypes.SequenceEqual(b.ResourceTypes)
        && a.Parents.SequenceEqual(b.Parents) && a.Ancestors.SetEquals(b.Ancestors);
}
