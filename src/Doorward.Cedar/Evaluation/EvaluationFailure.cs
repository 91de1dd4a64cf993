using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Evaluation;

/// <summary>Why an expression has no value, and where.</summary>
internal readonly record struct EvaluationFailure(EvaluationErrorKind Kind, string Message, SourceSpan Span);
