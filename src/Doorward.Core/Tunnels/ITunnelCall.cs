using System.IO.Pipelines;

namespace Doorward.Core.Tunnels;

/// <summary>What carries a tunnel's frames: a stream of HTTP/2, or a socket to whoever has one.</summary>
public interface ITunnelCall : IAsyncDisposable
{
    PipeReader Incoming { get; }

    PipeWriter Outgoing { get; }

    /// <summary>How a data connection is dialed for it; null where none can be.</summary>
    DataDial? Dial { get; }

    /// <summary>Both ways are through, or this side closed: disposing it ends it, instead of breaking it off.</summary>
    void Complete();
}
