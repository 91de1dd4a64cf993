namespace Doorward.Cedar.Benchmarks;

/// <summary>How long each request of a workload takes by itself: the middle one and the slowest.</summary>
internal static class Spread
{
    private const int Rounds = 5000;

    public static (double Median, double Slowest) Of(Workload workload)
    {
        var clock = new CpuClock();
        var scratch = new AuthorizationScratch();
        var rounds = Math.Max(20, Rounds * 100 / Math.Max(workload.Policies.Count, 100));
        var times = new double[workload.Requests.Length];
        for (var pass = 0; pass < 3; pass++)
        {
            for (var i = 0; i < times.Length; i++)
            {
                var begun = clock.GetTimestamp();
                for (var k = 0; k < rounds; k++) Authorizer.IsAuthorized(workload.Policies, workload.Entities, workload.Requests[i], scratch);
                times[i] = (clock.GetTimestamp() - begun) * 100.0 / rounds;
            }
        }
        Array.Sort(times);
        return (times[times.Length / 2], times[^1]);
    }
}
