using Doorward.Cedar.Compilation;
using Doorward.Cedar.Indexing;

namespace Doorward.Cedar;

/// <summary>Evaluates every policy it is shown and keeps which were satisfied and which erred.</summary>
internal sealed class CollectingVisitor(Frame frame) : PolicyVisitor(frame)
{
    private bool _denyOnError;

    public ResultList Permits { get; } = new();

    public ResultList Forbids { get; } = new();

    public ResultList Erring { get; } = new();

    public void Begin(bool denyOnError)
    {
        _denyOnError = denyOnError;
        Clear();
    }

    public override void End()
    {
        base.End();
        Clear();
    }

    // Don't try to stop early: reasons and errors are those of all policies, not of the first that settles it.
    public override bool Look(in PlacedPolicy placed)
    {
        var policy = placed.Policy;
        switch (policy.Evaluate(Frame))
        {
            case PolicyOutcomeKind.Satisfied:
                (policy.Effect == Effect.Permit ? Permits : Forbids).Add(placed.Place, policy.Policy, default);
                break;
            case PolicyOutcomeKind.Error:
                Erring.Add(placed.Place, policy.Policy, Frame.Failure);
                if (_denyOnError && policy.Effect == Effect.Forbid) Forbids.Add(placed.Place, policy.Policy, default);
                break;
        }
        return true;
    }

    private void Clear()
    {
        Permits.Clear();
        Forbids.Clear();
        Erring.Clear();
    }
}
