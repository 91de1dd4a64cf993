namespace Doorward.Core.Tunnels;

/// <summary>What a tunnel ends at on this machine: a socket, or a program's input and output. Throws <see cref="IOException"/> when it breaks off.</summary>
public interface ITunnelLocal
{
    /// <summary>Waits until something is there; holds no buffer while it does.</summary>
    ValueTask ReadableAsync();

    /// <summary>0 at the end.</summary>
    ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    ValueTask SendAsync(ReadOnlyMemory<byte> data);

    /// <summary>Nothing more is sent to it; it may go on.</summary>
    void Finish();

    /// <summary>Breaks it off, so that nobody takes what it has for the whole. Whatever waits on it fails.</summary>
    void Reset();
}
