using Doorward.Core.Devices.Posture;

namespace Doorward.Control.Devices.Reports;

/// <summary>
/// How far the reports of one device have come. What they said is in the record, so that a device that says nothing new costs no memory.
/// Everything but <see cref="Last"/> is used in turn.
/// </summary>
internal sealed class ReportLine(ulong sequence, DateTimeOffset? last)
{
    /// <summary>A device that reports each change at once, and one that was away, stay well within.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    public const int Burst = 30;
    private readonly Lock _lock = new();
    private long _last = last?.UtcTicks ?? 0;
    private DateTimeOffset _paidUntil;

    public SemaphoreSlim Turn { get; } = new(1, 1);

    /// <summary>Of the last report that was accepted; 0 before the first.</summary>
    public ulong Sequence { get; private set; } = sequence;

    /// <summary>The nonce that is out; null when it was answered, or when this process gave none yet.</summary>
    public byte[]? Nonce { get; set; }

    /// <summary>Whether it has moved since it was written down.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Whether the device was found stale since its last report that was written: what a request read of it before may not say so yet.</summary>
    public bool IsStale { get; set; }

    /// <summary>By our clock; null before the first.</summary>
    public DateTimeOffset? Last => Volatile.Read(ref _last) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>Whether it may report now: what changes costs a write, and a device must not fill the disk. The generic cell rate algorithm.</summary>
    public bool TryPay(DateTimeOffset now)
    {
        var most = Interval * Burst;
        var until = (_paidUntil > now && _paidUntil - now <= most ? _paidUntil : now) + Interval;
        if (until - now > most) return false;
        _paidUntil = until;
        return true;
    }

    /// <summary>Says that the device is stale, unless a report came after that moment: either this finds the report, or the report finds this.</summary>
    public bool TryGoStale(DateTimeOffset before)
    {
        lock (_lock)
        {
            if (Last >= before) return false;
            return IsStale = true;
        }
    }

    public void Take(DevicePosture accepted)
    {
        lock (_lock)
        {
            Sequence = accepted.Sequence;
            Volatile.Write(ref _last, accepted.At.UtcTicks);
            IsDirty = true;
        }
    }
}
