using Perfolizer.Horology;

namespace Doorward.Cedar.Benchmarks;

/// <summary>CPU time of the process in place of time on the wall, so that others on the machine count for little.</summary>
internal sealed class CpuClock : IClock
{
    public string Title => "CPU time";

    public bool IsAvailable => true;

    public Frequency Frequency => new(TimeSpan.TicksPerSecond);

    public long GetTimestamp() => Environment.CpuUsage.TotalTime.Ticks;
}
