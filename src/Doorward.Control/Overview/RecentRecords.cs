using Doorward.Core.Protocol;
using Record = Doorward.Core.Protocol.Record;

namespace Doorward.Control.Overview;

/// <summary>
/// What gateways have just recorded, counted in memory for people who look on: decisions in steps of five seconds, and how fast
/// connections were cut. It begins anew with the process; the records themselves are kept elsewhere.
/// </summary>
internal sealed class RecentRecords(TimeProvider time)
{
    public const int Steps = 60;
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan CutWindow = TimeSpan.FromHours(1);
    private const int MostCuts = 10_000;
    private readonly Lock _gate = new();
    private readonly (long Step, int Allowed, int Denied)[] _counts = new (long, int, int)[Steps + 1];
    private readonly Queue<(DateTimeOffset At, long Microseconds)> _cuts = [];

    /// <summary>Since when it counts.</summary>
    public DateTimeOffset Since { get; } = time.GetUtcNow();

    /// <summary>Counts records that were not counted before.</summary>
    public void Take(IEnumerable<Record> records)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            foreach (var record in records)
            {
                if (record.KindCase == Record.KindOneofCase.Decision) Count(record, now);
                else if (record.KindCase == Record.KindOneofCase.Cut) Keep(record.Cut, now);
            }
        }
    }

    /// <summary>The last five minutes, oldest first; the newest step is not over yet.</summary>
    public IReadOnlyList<DecisionRate> Rates()
    {
        var newest = StepOf(time.GetUtcNow());
        lock (_gate)
        {
            return
            [
                .. Enumerable.Range(1 - Steps, Steps).Select(back => newest + back)
                    .Select(step => (Step: step, Count: _counts[step % _counts.Length]))
                    .Select(static one => new DecisionRate(
                        DateTimeOffset.FromUnixTimeSeconds(one.Step * (long)Step.TotalSeconds),
                        one.Count.Step == one.Step ? one.Count.Allowed : 0,
                        one.Count.Step == one.Step ? one.Count.Denied : 0)),
            ];
        }
    }

    /// <summary>Connections cut within the last hour, and how long each took from when its gateway knew of the cause.</summary>
    public CutFigures Cuts()
    {
        lock (_gate)
        {
            Forget(time.GetUtcNow());
            var sorted = _cuts.Select(static cut => cut.Microseconds / 1000.0).Order().ToList();
            return sorted.Count == 0 ? new CutFigures(0, null, null) : new CutFigures(sorted.Count, Rank(sorted, 0.5), Rank(sorted, 0.99));
        }
    }

    // By the moment of the request; what a gateway kept while it was cut off belongs to no step any more.
    private void Count(Record record, DateTimeOffset now)
    {
        var at = record.At?.ToDateTimeOffset() ?? now;
        if (at > now) at = now;
        var step = StepOf(at);
        if (step <= StepOf(now) - Steps) return;
        ref var count = ref _counts[step % _counts.Length];
        if (count.Step != step) count = (step, 0, 0);
        if (record.Decision.Decision == "allow") count.Allowed++;
        else count.Denied++;
    }

    private void Keep(CutRecord cut, DateTimeOffset now)
    {
        Forget(now);
        if (_cuts.Count == MostCuts) _cuts.Dequeue();
        _cuts.Enqueue((now, cut.Microseconds));
    }

    private void Forget(DateTimeOffset now)
    {
        while (_cuts.TryPeek(out var oldest) && now - oldest.At > CutWindow) _cuts.Dequeue();
    }

    private static long StepOf(DateTimeOffset at) => at.ToUnixTimeSeconds() / (long)Step.TotalSeconds;

    private static double Rank(List<double> sorted, double part) => Math.Round(sorted[(int)Math.Ceiling(part * sorted.Count) - 1], 1);
}
