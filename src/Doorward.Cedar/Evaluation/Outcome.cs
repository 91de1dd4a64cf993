namespace Doorward.Cedar.Evaluation;

/// <summary>The value of an operation, or why it has none.</summary>
internal readonly record struct Outcome(CedarValue? Value, EvaluationErrorKind Kind, string Message)
{
    public static Outcome Failed(EvaluationErrorKind kind, string message) => new(null, kind, message);

    public static Outcome WrongType(string message) => Failed(EvaluationErrorKind.Type, message);

    public static implicit operator Outcome(CedarValue value) => new(value, default, "");

    public static implicit operator Outcome(bool value) => BooleanValue.From(value);
}
