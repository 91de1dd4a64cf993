using System.IO.Pipelines;
using Doorward.Core.Tunnels;

namespace Doorward.Gateway.Tunnels;

/// <summary>How a leg is left: its last frame is only read by the other side when the stream is not reset behind it at once.</summary>
internal static class Parting
{
    /// <summary>True when both sides have ended, or the other side ends its way within a moment after it was told why; what it still says is dropped.</summary>
    public static async Task<bool> IsWholeAsync(TunnelLeg leg, PipeReader incoming, TimeProvider clock)
    {
        var ending = await leg.Ending;
        if (ending is TunnelEnding.Ended) return true;
        if (ending is not TunnelEnding.Closed { Here: true }) return false;
        using var late = new CancellationTokenSource(TunnelLeg.LastWord, clock);
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
            return false;
        }
    }
}
