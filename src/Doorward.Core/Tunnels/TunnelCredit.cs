namespace Doorward.Core.Tunnels;

/// <summary>
/// How much the other side may still send, and how much it is to be given back of what was consumed. The sum of what it may send, what lies
/// here and what is not given back yet is <see cref="TunnelFrame.InitialCredit"/>, always.
/// </summary>
internal sealed class TunnelCredit
{
    /// <summary>Less is not worth a frame.</summary>
    public const int Step = 64 * 1024;
    private long _left = TunnelFrame.InitialCredit;
    private long _owed;

    public bool IsDue => Volatile.Read(ref _owed) >= Step;

    /// <summary>False when the other side sent more than it may.</summary>
    public bool TryTake(int bytes) => Interlocked.Add(ref _left, -bytes) >= 0;

    public void Owe(long consumed) => Interlocked.Add(ref _owed, consumed);

    /// <summary>What is to be told the other side now; 0 when that is not worth a frame.</summary>
    public long Give()
    {
        if (!IsDue) return 0;
        var bytes = Interlocked.Exchange(ref _owed, 0);

        // Before it is told: what the other side sends at once is within it.
        Interlocked.Add(ref _left, bytes);
        return bytes;
    }
}
