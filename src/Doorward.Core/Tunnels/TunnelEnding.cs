namespace Doorward.Core.Tunnels;

/// <summary>How a stream of frames came to its end.</summary>
public abstract record TunnelEnding
{
    private TunnelEnding()
    {
    }

    /// <summary>Both sides said that no more data comes, and each has all of the other's.</summary>
    public sealed record Ended : TunnelEnding;

    /// <summary>One side closed it, and said why.</summary>
    /// <param name="Close">What was said.</param>
    /// <param name="Here">This side closed it; the protocol's violations are closed by whoever sees them.</param>
    public sealed record Closed(TunnelClose Close, bool Here) : TunnelEnding;

    /// <summary>What carried it broke off, and neither side had said anything: what arrived may not be all there is.</summary>
    /// <param name="Cause">Null when the other side just stopped.</param>
    public sealed record Lost(Exception? Cause) : TunnelEnding;
}

/// <summary>The stream is over; nothing can be sent or read.</summary>
public sealed class TunnelOverException(TunnelEnding ending) : IOException(Words(ending))
{
    public TunnelEnding Ending { get; } = ending;

    private static string Words(TunnelEnding ending) => ending switch
    {
        TunnelEnding.Closed closed => $"The tunnel was closed ({closed.Close.Code}): {closed.Close.Text}",
        TunnelEnding.Lost { Cause: { } cause } => $"The tunnel was lost: {cause.Message}",
        TunnelEnding.Lost => "The tunnel was lost.",
        _ => "The tunnel has ended.",
    };
}
