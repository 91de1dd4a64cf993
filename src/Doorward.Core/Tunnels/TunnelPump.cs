namespace Doorward.Core.Tunnels;

/// <summary>
/// One way of a relay: what arrives on one leg is sent on the other. Each leg has credit of its own, so that what lies between is bounded, and
/// the distance of one leg does not slow the other.
/// </summary>
public static class TunnelPump
{
    /// <summary>Ends when the leg that is read said END, which is passed on, or either leg is over: then their endings say how.</summary>
    public static async Task RunAsync(TunnelLeg from, TunnelLeg to)
    {
        try
        {
            while (await from.ReadAsync() is var arrived && !(arrived.IsCompleted && arrived.Buffer.IsEmpty))
            {
                await to.SendAsync(arrived.Buffer);
                from.Consume(arrived.Buffer.End);
            }

            await to.EndAsync();
        }
        catch (TunnelOverException)
        {
            // Whoever has the legs looks at their endings.
        }
    }
}
