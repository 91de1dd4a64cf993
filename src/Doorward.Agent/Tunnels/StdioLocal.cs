using Doorward.Core.Tunnels;
using Microsoft.Win32.SafeHandles;

namespace Doorward.Agent.Tunnels;

/// <summary>This program's own input and output as the end of a tunnel, byte for byte.</summary>
internal sealed class StdioLocal : ITunnelLocal, IDisposable
{
    private readonly Stream _input = IsFile(0, FileAccess.Read) ? Console.OpenStandardInput() : new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);

    // Owned, so that the other program sees the end when this is closed and not only when the process is over.
    private readonly Stream _output = IsFile(1, FileAccess.Write) ? Console.OpenStandardOutput() : new FileStream(new SafeFileHandle(1, ownsHandle: true), FileAccess.Write, bufferSize: 0);
    private readonly TaskCompletionSource _reset = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Of its own: a read that is given up goes on until something comes, and must not write into what others have by then.
    private readonly byte[] _buffer = new byte[64 * 1024];

    public ValueTask ReadableAsync() => ValueTask.CompletedTask;

    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        var most = Math.Min(buffer.Length, _buffer.Length);
        var reading = Task.Run(() => _input.Read(_buffer, 0, most));
        if (await Task.WhenAny(reading, _reset.Task) != reading) throw new IOException("broken off");
        var read = await reading;
        _buffer.AsSpan(0, read).CopyTo(buffer.Span);
        return read;
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> data)
    {
        try
        {
            await _output.WriteAsync(data);
        }
        catch (ObjectDisposedException error)
        {
            throw new IOException("broken off", error);
        }
    }

    public void Finish() => _output.Dispose();

    public void Reset()
    {
        _reset.TrySetResult();
        _output.Dispose();
    }

    public void Dispose()
    {
        _output.Dispose();
        _input.Dispose();
    }

    // A FileStream has a place of its own in a file. What other programs write there after this one would be over what this one wrote.
    private static bool IsFile(nint descriptor, FileAccess access)
    {
        if (OperatingSystem.IsWindows()) return false;
        using var stream = new FileStream(new SafeFileHandle(descriptor, ownsHandle: false), access, bufferSize: 0);
        return stream.CanSeek;
    }
}
