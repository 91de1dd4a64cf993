namespace Doorward.Cedar.Evaluation;

/// <summary>The sentences of evaluation errors. They name types and attributes, never values, so that they may be logged.</summary>
internal static class EvaluationText
{
    public const string Overflow = "The result does not fit into 64 bits.";

    public static string Needed(string expected, string actual) => $"A {expected} is needed here, but this is a {actual}.";

    public static string NoAttributes(string typeName) => $"Attributes belong to records and entities, but this is a {typeName}.";

    public static string MissingEntity(string entityType, string attribute) =>
        $"This {entityType} is not among the entities, so its attribute `{attribute}` is unknown.";

    /// <summary>Of an entity, or without a type of a record.</summary>
    public static string MissingAttribute(string? entityType, string attribute) =>
        $"This {entityType ?? "record"} has no attribute `{attribute}`; ask with `has` first.";

    public static string HasTarget(string typeName) => $"`has` asks records and entities, but this is a {typeName}.";

    public static string MissingTag(string entityType) => $"This {entityType} has no such tag; ask with `hasTag` first.";

    public static string Operator(string symbol, string left, string right) => $"`{symbol}` does not work on {left} and {right}.";

    public static string InTarget(string typeName) => $"`in` takes an entity or a set of entities, but this is a {typeName}.";

    public static string InElement(string typeName) => $"`in` takes a set of entities, but in this one is a {typeName}.";
}
