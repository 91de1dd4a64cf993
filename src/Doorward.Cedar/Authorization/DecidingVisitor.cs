using Doorward.Cedar.Compilation;
using Doorward.Cedar.Indexing;

namespace Doorward.Cedar;

/// <summary>Evaluates policies up to the first that settles the question: a satisfied one, or a forbid that errs where that denies.</summary>
internal sealed class DecidingVisitor(Frame frame) : PolicyVisitor(frame)
{
    private bool _denyOnError;

    public void Begin(bool denyOnError) => _denyOnError = denyOnError;

    public override bool Look(in PlacedPolicy placed)
    {
        var policy = placed.Policy;
        return policy.Evaluate(Frame) switch
        {
            PolicyOutcomeKind.Satisfied => false,
            PolicyOutcomeKind.Error => !(_denyOnError && policy.Effect == Effect.Forbid),
            _ => true,
        };
    }
}
