using Doorward.Core.Tunnels;

namespace Doorward.Agent.Tunnels;

/// <summary>Carries one connection of this machine through one tunnel, and says how that ended.</summary>
internal static class PersonalTunnel
{
    private static readonly TunnelClose s_gone = new(TunnelCloseCodes.Gone, "the program on the person's machine went away");

    /// <summary>Whether all that was sent either way arrived; when not, its person is told why.</summary>
    /// <param name="call">The stream, which this disposes.</param>
    /// <param name="local">What uses it.</param>
    /// <param name="application">For the words.</param>
    /// <param name="errors">The terminal.</param>
    /// <param name="time">For the last part.</param>
    /// <param name="readerBlocks">Whether the local end may block its thread.</param>
    public static async Task<bool> CarryAsync(ITunnelCall call, ITunnelLocal local, string application, TextWriter errors, TimeProvider time, bool readerBlocks = false)
    {
        await using (call)
        {
            await using var leg = new TunnelLeg(call.Incoming, call.Outgoing, time, readerBlocks, call.Dial);
            var ending = await new TunnelEnd(leg, local, s_gone, time).RunAsync();
            if (ending is TunnelEnding.Ended or TunnelEnding.Closed { Here: true }) call.Complete();
            if (ending is TunnelEnding.Ended) return true;

            if (Words(ending) is { } words) await new TunnelRefusal(TunnelRefusal.Plain(words.Text), words.Reference).TellAsync(errors, application);
            return false;
        }
    }

    // Whoever went away here knows that.
    private static (string Text, string? Reference)? Words(TunnelEnding ending) => ending switch
    {
        TunnelEnding.Closed { Close: { Code: TunnelCloseCodes.Gone }, Here: true } => null,
        TunnelEnding.Closed { Close: var close } => (close.Text, close.Reference),
        _ => ("the connection to the gateway was lost", null),
    };
}
