using Doorward.Core.Tunnels;

namespace Doorward.Gateway.Forwarding;

/// <summary>A connector has no connection to a target to give.</summary>
internal sealed class UnreachedException(TunnelClose close) : IOException($"{close.Text} ({close.Code})")
{
    public bool IsTimeout => StatusOf(close) == Late;

    private const int Late = 504;

    /// <summary>As what HTTP says it: to whoever asked for a tunnel, and to whoever asked for a page behind the connector.</summary>
    public static int StatusOf(TunnelClose close) => close.Code switch
    {
        TunnelCloseCodes.TargetUnreachable => Late,
        _ => 502,
    };
}
