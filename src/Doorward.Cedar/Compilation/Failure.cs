using Doorward.Cedar.Evaluation;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Compilation;

/// <summary>
/// Why and where an expression has no value, as parts: the sentence is only written for those who read it, so that an error costs no
/// more than a value.
/// </summary>
internal readonly record struct Failure(SourceSpan Span, FailureCause Cause, string? First, string? Second, string? Third)
{
    public EvaluationErrorKind Kind => Cause switch
    {
        FailureCause.MissingEntity => EvaluationErrorKind.MissingEntity,
        FailureCause.MissingInRecord or FailureCause.MissingInEntity => EvaluationErrorKind.MissingAttribute,
        FailureCause.MissingTag => EvaluationErrorKind.MissingTag,
        FailureCause.Overflow => EvaluationErrorKind.Overflow,
        FailureCause.Function => EvaluationErrorKind.Extension,
        _ => EvaluationErrorKind.Type,
    };

    public string Message => Cause switch
    {
        FailureCause.Needed => EvaluationText.Needed(First!, Second!),
        FailureCause.NoAttributes => EvaluationText.NoAttributes(First!),
        FailureCause.MissingEntity => EvaluationText.MissingEntity(First!, Second!),
        FailureCause.MissingInRecord or FailureCause.MissingInEntity => EvaluationText.MissingAttribute(First, Second!),
        FailureCause.HasTarget => EvaluationText.HasTarget(First!),
        FailureCause.MissingTag => EvaluationText.MissingTag(First!),
        FailureCause.Operator => EvaluationText.Operator(Third!, First!, Second!),
        FailureCause.InTarget => EvaluationText.InTarget(First!),
        FailureCause.InElement => EvaluationText.InElement(First!),
        FailureCause.Overflow => EvaluationText.Overflow,
        _ => First!,
    };
}
