using Doorward.Gateway.Connections;

namespace Doorward.Gateway.Tunnels;

/// <summary>A tunnel that was asked for and is not answered yet: a cut ends the waiting, and becomes the answer.</summary>
internal sealed class OpeningTunnel : IEndsInWords
{
    private volatile bool _isCut;
    private CutReason _reason;

    /// <summary>Why it was cut; null while it was not.</summary>
    public CutReason? Cut => _isCut ? _reason : null;

    public CancellationToken Over => Ending.Token;

    // Not disposed: no handle of it was asked for, and a cut may still be on its way.
    private CancellationTokenSource Ending { get; } = new();

    public void BeginClose(CutReason reason)
    {
        _reason = reason;
        _isCut = true;
        Ending.CancelAsync();
    }
}
