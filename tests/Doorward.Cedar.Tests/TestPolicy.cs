using Doorward.Cedar.Evaluation;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Tests;

/// <summary>Short ways from text to policies, expressions and values.</summary>
internal static class TestPolicy
{
    public static readonly EntityUid Alice = new("User", "alice");

    public static readonly EntityUid Read = new("Action", "read");

    public static readonly EntityUid Wiki = new("Application", "wiki");

    public static AuthorizationRequest Request { get; } = new(Alice, Read, Wiki, RecordValue.Empty);

    public static Policy Parse(string text, string id = "policy0", ParserOptions? options = null)
    {
        var result = PolicyParser.ParsePolicy(id, text, options);
        return result.Success ? result.Policy : throw new InvalidDataException($"{result.Errors[0]} in {text}");
    }

    public static PolicySet Set(params string[] texts) => PolicySet.Create(texts.Select((text, i) => Parse(text, $"policy{i}")));

    public static Expression Expression(string text, ParserOptions? options = null) =>
        Parse($"permit (principal, action, resource) when {{ {text} }};", options: options).Conditions[0].Body;

    public static CedarValue Value(string text, IEntityStore? entities = null, RecordValue? context = null)
    {
        var evaluator = Evaluator(entities, context);
        return evaluator.Evaluate(Expression(text)) ?? throw new InvalidDataException($"{evaluator.Failure.Message} in {text}");
    }

    public static EvaluationFailure Failure(string text, IEntityStore? entities = null, RecordValue? context = null)
    {
        var evaluator = Evaluator(entities, context);
        var value = evaluator.Evaluate(Expression(text));
        Assert.Null(value);
        return evaluator.Failure;
    }

    public static ParseError Error(string text, ParserOptions? options = null) => Assert.Single(PolicySet.Parse(text, options).Errors);

    /// <summary>The error in a condition.</summary>
    public static ParseError ErrorIn(string expression, ParserOptions? options = null) =>
        Error($"permit (principal, action, resource) when {{ {expression} }};", options);

    private static Evaluator Evaluator(IEntityStore? entities, RecordValue? context) =>
        new(entities ?? EntityStore.Empty, Request with { Context = context ?? RecordValue.Empty });
}
