using System.Buffers;
using System.Net.Sockets;
using Doorward.Core.Tunnels;

namespace Doorward.Agent.Carrying;

/// <summary>Hands the data of a tunnel on between a person's program and its connection to the gateway, without reading it.</summary>
internal sealed class CarriedData(DataConnection data, Socket client)
{
    private static readonly TimeSpan s_parting = TimeSpan.FromSeconds(2);
    private readonly SocketLocal _client = new(client);

    public async Task RunAsync(CancellationToken ct)
    {
        await using var stopped = ct.UnsafeRegister(static carried => ((CarriedData)carried!).BreakOff(), this);
        var up = CarryAsync(_client.ReadableAsync, _client.ReceiveAsync, data.WriteAsync);
        await CarryAsync(() => data.ReadableAsync(CancellationToken.None), part => data.ReadAsync(part, CancellationToken.None), _client.SendAsync);

        // The gateway is through, as its stream has told: so is the program, in a moment. Its own end is said on the stream as well, not here.
        FinishClient();
        await up;
        await data.PartAsync(s_parting, TimeProvider.System);
    }

    // Holds a buffer only while something comes.
    private async Task CarryAsync(Func<ValueTask> readable, Func<Memory<byte>, ValueTask<int>> read, Func<ReadOnlyMemory<byte>, ValueTask> write)
    {
        try
        {
            while (true)
            {
                await readable();
                var buffer = ArrayPool<byte>.Shared.Rent(DataConnection.BlockBytes);
                var bytes = await read(buffer);
                if (bytes > 0) await write(buffer.AsMemory(0, bytes));
                ArrayPool<byte>.Shared.Return(buffer);
                if (bytes == 0) return;
            }
        }
        catch (Exception error) when (TunnelLeg.IsLoss(error))
        {
            BreakOff();
        }
    }

    private void FinishClient()
    {
        try
        {
            _client.Finish();
        }
        catch (IOException)
        {
            // It is gone.
        }
    }

    private void BreakOff()
    {
        data.Abort();
        _client.Reset();
    }
}
