using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Compilation;

/// <summary>A call of an extension function. What is common is done directly; all else, errors included, by the function itself.</summary>
internal sealed class ExtensionNode(SourceSpan span, ExtensionFunction function, Node[] arguments) : Node(span)
{
    private readonly DirectFunction? _direct = arguments.Length == function.Arity ? DirectFunctions.Find(function.Name) : null;

    public override Operand Evaluate(Frame frame)
    {
        if (arguments.Length is 0 or > 2) return Call(frame, EvaluateAll(frame));
        var first = arguments[0].Evaluate(frame);
        if (first.IsNone) return default;
        var second = default(Operand);
        if (arguments.Length == 2)
        {
            second = arguments[1].Evaluate(frame);
            if (second.IsNone) return default;
        }
        if (_direct is not null && _direct(first, second) is { IsNone: false } result) return result;
        return Call(frame, second.IsNone ? [first.ToValue()] : [first.ToValue(), second.ToValue()]);
    }

    private CedarValue[]? EvaluateAll(Frame frame)
    {
        var values = new CedarValue[arguments.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var value = arguments[i].Evaluate(frame);
            if (value.IsNone) return null;
            values[i] = value.ToValue();
        }
        return values;
    }

    private Operand Call(Frame frame, CedarValue[]? values)
    {
        if (values is null) return default;
        var outcome = function.Call(values);
        if (outcome.Value is { } value) return value;
        var cause = outcome.Kind == EvaluationErrorKind.Extension ? FailureCause.Function : FailureCause.FunctionType;
        return frame.Fail(Span, cause, outcome.Message);
    }
}
