using System.Buffers;

namespace Doorward.Core.Tunnels;

/// <summary>One end of a tunnel: copies between what is on this machine and the frames, until both ways are through or either breaks off.</summary>
/// <param name="tunnel">The frames.</param>
/// <param name="local">What is on this machine.</param>
/// <param name="broken">What the other side is told when that breaks off.</param>
/// <param name="time">For how long a last part may take.</param>
public sealed class TunnelEnd(TunnelLeg tunnel, ITunnelLocal local, TunnelClose broken, TimeProvider time)
{
    // Of what arrived whole: whoever does not take it for so long does not want it.
    private static readonly TimeSpan Remainder = TimeSpan.FromSeconds(60);

    /// <summary>Returns when nothing of it is left. A tunnel that did not end as both wanted breaks off what is on this machine.</summary>
    public async Task<TunnelEnding> RunAsync()
    {
        var outwards = SendAsync();
        var inwards = ReceiveAsync();
        var ending = await tunnel.Ending;
        var isEnded = ending is TunnelEnding.Ended;
        var through = Task.WhenAll(outwards, inwards);
        try
        {
            await (isEnded ? through : inwards).WaitAsync(isEnded ? Remainder : TunnelLeg.LastWord, time);
        }
        catch (TimeoutException)
        {
            isEnded = false;
        }

        if (!isEnded) local.Reset();
        await through;
        return ending;
    }

    private async Task SendAsync()
    {
        byte[]? buffer = null;
        try
        {
            while (true)
            {
                await local.ReadableAsync();
                var credit = await tunnel.CreditAsync();
                buffer = ArrayPool<byte>.Shared.Rent(credit);
                var read = await local.ReceiveAsync(buffer.AsMemory(0, credit));
                if (read == 0) break;
                await tunnel.SendAsync(buffer.AsMemory(0, read));
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = null;
            }

            await tunnel.EndAsync();
        }
        catch (TunnelOverException)
        {
            // Its ending says how.
        }
        catch (IOException)
        {
            await tunnel.CloseAsync(broken);
        }
        finally
        {
            if (buffer is not null) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (await tunnel.ReadAsync() is var arrived && !(arrived.IsCompleted && arrived.Buffer.IsEmpty))
            {
                foreach (var part in arrived.Buffer) await local.SendAsync(part);
                tunnel.Consume(arrived.Buffer.End);
            }

            local.Finish();
        }
        catch (TunnelOverException)
        {
            // Its ending says how.
        }
        catch (IOException)
        {
            await tunnel.CloseAsync(broken);
        }
    }
}
