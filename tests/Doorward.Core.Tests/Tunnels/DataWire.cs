using System.Buffers.Binary;
using System.Net.Security;
using Doorward.Core.Tunnels;
using Doorward.Testing.Tunnels;

namespace Doorward.Core.Tests.Tunnels;

/// <summary>A leg whose data has moved, each way to where it was told; its other side is by hand, on the stream and on the data connection.</summary>
internal sealed class DataWire : IAsyncDisposable
{
    private readonly TlsPair _pair;

    private DataWire(Wire wire, TlsPair pair) => (Stream, _pair) = (wire, pair);

    public Wire Stream { get; }

    public TunnelLeg Leg => Stream.Leg;

    public SslStream Data => _pair.Dialed;

    /// <param name="time">Of the leg.</param>
    /// <param name="buffers">Of the system on the data connection; 0 as it likes.</param>
    public static async Task<DataWire> StartAsync(TimeProvider? time = null, int buffers = 0)
    {
        var wire = new DataWire(new Wire(time: time), await TlsPair.OpenAsync(buffers));
        Assert.True(wire.Leg.TryMove(wire._pair.AcceptedConnection));
        Assert.Equal(TunnelFrameKind.Move, (await wire.Stream.ReadFrameAsync()).Kind);
        await wire.Stream.WriteFrameAsync(TunnelFrameKind.Move);
        return wire;
    }

    public static byte[] Count(ulong bytes)
    {
        var payload = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(payload, bytes);
        return payload;
    }

    public Task EndAsync(ulong bytes) => Stream.WriteFrameAsync(TunnelFrameKind.End, Count(bytes));

    public void Break() => _pair.Break();

    public async ValueTask DisposeAsync()
    {
        await Data.DisposeAsync();
        await Stream.DisposeAsync();
    }
}
