using System.IO.Pipelines;
using System.Net.Sockets;
using Doorward.Core.Tunnels;

namespace Doorward.Agent.Carrying;

/// <summary>
/// Hands the bytes of a tunnel on between a person's program and the gateway, without reading them: frames and credit are theirs. What waits
/// here is bounded by that credit.
/// </summary>
internal sealed class CarriedTunnel(TunnelCall call, Socket client, Stream stream)
{
    private const int Buffer = 64 * 1024;

    public async Task RunAsync(CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var up = UpAsync(over.Token);
        var down = DownAsync(over.Token);
        if (await Task.WhenAny(up, down) == down && await down)
        {
            // The gateway is through: so is its person, in a moment.
            client.Shutdown(SocketShutdown.Send);
            await Task.WhenAny(up, Task.Delay(TunnelLeg.LastWord, TimeProvider.System, ct));
        }

        await over.CancelAsync();

        // A program that was killed is told to the gateway by the missing end of its frames.
        if (await up | await down) call.Complete();
    }

    // Whether it came to an end of its own.
    private async Task<bool> UpAsync(CancellationToken ct)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: Buffer, minimumReadSize: Buffer / 4, leaveOpen: true, useZeroByteReads: true));
        try
        {
            await reader.CopyToAsync(call.Outgoing, ct);
            return true;
        }
        catch (Exception error) when (TunnelLeg.IsLoss(error))
        {
            return false;
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private async Task<bool> DownAsync(CancellationToken ct)
    {
        try
        {
            await call.Incoming.CopyToAsync(stream, ct);
            return true;
        }
        catch (Exception error) when (TunnelLeg.IsLoss(error))
        {
            return false;
        }
    }
}
