using System.IO.Pipelines;
using Doorward.Core.Tunnels;

namespace Doorward.Gateway.Tunnels;

/// <summary>
/// How a leg is left: the other side ends its way first, for a moment. A stream that is over on this side alone is reset, and what was
/// just said on it may be lost with it, also to one who still says its own last word.
/// </summary>
internal static class Parting
{
    // A machine that is busy, or far away, needs a moment to hear it. Nothing is carried any more while it is waited for.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>True when both sides have ended, or the other side ends its way after it was told why; what it still says is dropped.</summary>
    public static async Task<bool> IsWholeAsync(TunnelLeg leg, PipeReader incoming, TimeProvider clock)
    {
        var ending = await leg.Ending;
        if (ending is not (TunnelEnding.Ended or TunnelEnding.Closed { Here: true })) return false;
        using var late = new CancellationTokenSource(Patience, clock);
        try
        {
            ReadResult result;
            do
            {
                result = await incoming.ReadAsync(late.Token);
                incoming.AdvanceTo(result.Buffer.End);
            }
            while (!result.IsCompleted);
            return true;
        }
        catch (Exception problem) when (problem is OperationCanceledException or IOException or InvalidOperationException)
        {
            return ending is TunnelEnding.Ended;
        }
    }
}
