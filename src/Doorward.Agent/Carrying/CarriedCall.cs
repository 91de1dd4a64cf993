using System.IO.Pipelines;
using System.Net.Sockets;
using Doorward.Core.Tunnels;

namespace Doorward.Agent.Carrying;

/// <summary>A tunnel that the machine's agent carries.</summary>
internal sealed class CarriedCall : ITunnelCall
{
    private const int Buffer = 64 * 1024;
    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private bool _isWhole;

    public CarriedCall(Socket socket, NetworkStream stream, DataDial dial)
    {
        (_socket, _stream, Dial) = (socket, stream, dial);
        Incoming = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: Buffer, minimumReadSize: Buffer / 4, leaveOpen: true, useZeroByteReads: true));
        Outgoing = PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: Buffer, leaveOpen: true));
    }

    public PipeReader Incoming { get; }

    public PipeWriter Outgoing { get; }

    public DataDial? Dial { get; }

    public void Complete() => _isWhole = true;

    public async ValueTask DisposeAsync()
    {
        if (_isWhole) await FinishAsync();
        await Incoming.CompleteAsync();
        await Outgoing.CompleteAsync(_isWhole ? null : new IOException("broken off"));
        await _stream.DisposeAsync();
        _socket.Dispose();
    }

    // What is not read of a socket that is closed takes along what the other side has not read either.
    private async Task FinishAsync()
    {
        using var late = new CancellationTokenSource(TunnelLeg.LastWord);
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
            ReadResult result;
            do
            {
                result = await Incoming.ReadAsync(late.Token);
                Incoming.AdvanceTo(result.Buffer.End);
            }
            while (!result.IsCompleted);
        }
        catch (Exception error) when (TunnelLeg.IsLoss(error) || error is SocketException)
        {
            // Then it is broken off.
        }
    }
}
