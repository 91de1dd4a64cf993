namespace Doorward.Cedar.Benchmarks;

/// <summary>What a request should take at most, in nanoseconds.</summary>
internal static class Targets
{
    public static double Of(string workload) => workload switch
    {
        "github" or "scoped 100000" => 3_000,
        "unscoped 1000" => 40_000,
        _ => 1_000,
    };
}
