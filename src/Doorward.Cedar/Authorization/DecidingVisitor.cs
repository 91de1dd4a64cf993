using Doorward.Cedar.Compilation;
using Doorward.Cedar.Indexing;

namespace Doorward.Cedar;

/// <summary>Evaluates policies up to the first that settles the question: a satisfied one, or a forbid that errs where that denies.</summary>
internal sealed class DecidingVisitor(Frame frame) : PolicyVisitor(frame)
{
    private PolicyIndex? _index;
    private bool _denyOnError;

    public void Begin(PolicyIndex index, bool denyOnError) => (_index, _denyOnError) = (index, denyOnError);

    public override void End()
    {
        base.End();
        _index = null;
    }

    public override bool Look(int place)
    {
        var policy = _index![place];
        return policy.Evaluate(Frame) switch
        {
            PolicyOutcomeKind.Satisfied => false,
            PolicyOutcomeKind.Error => !(_denyOnError && policy.Effect == Effect.Forbid),
            _ => true,
        };
    }
}
