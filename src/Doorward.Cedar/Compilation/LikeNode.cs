using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Compilation;

/// <summary><c>text like "pattern"</c></summary>
internal sealed class LikeNode(SourceSpan span, Node target, LikePattern pattern) : TestNode(span)
{
    public override Truth Test(Frame frame)
    {
        var value = target.Evaluate(frame);
        if (value.Reference is StringValue text) return Truths.From(pattern.IsMatch(text.Value));
        return value.IsNone ? Truth.Error : frame.FailTest(target.Span, FailureCause.Needed, "string", value.TypeName);
    }
}
