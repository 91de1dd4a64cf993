using System.Buffers;
using System.Net.Sockets;
using Doorward.Core.Tunnels;

namespace Doorward.Agent.Carrying;

/// <summary>Hands the data of a tunnel on between a person's program and its connection to the gateway, without reading it.</summary>
internal sealed class CarriedData(DataConnection data, Socket client)
{
    private readonly SocketLocal _client = new(client);

    public async Task RunAsync(CancellationToken ct)
    {
        await using var stopped = ct.UnsafeRegister(static carried => ((CarriedData)carried!).BreakOff(), this);
        await Task.WhenAll(UpAsync(), DownAsync());
    }

    private async Task UpAsync()
    {
        try
        {
            await CopyAsync(_client.ReadableAsync, _client.ReceiveAsync, data.WriteAsync);
            await data.EndAsync();
        }
        catch (Exception error) when (TunnelLeg.IsLoss(error))
        {
            BreakOff();
        }
    }

    private async Task DownAsync()
    {
        try
        {
            await CopyAsync(data.ReadableAsync, data.ReadAsync, _client.SendAsync);
            _client.Finish();
        }
        catch (Exception error) when (TunnelLeg.IsLoss(error))
        {
            BreakOff();
        }
    }

    // Holds a buffer only while something comes.
    private static async Task CopyAsync(Func<ValueTask> readable, Func<Memory<byte>, ValueTask<int>> read, Func<ReadOnlyMemory<byte>, ValueTask> write)
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

    private void BreakOff()
    {
        data.Abort();
        _client.Reset();
    }
}
