using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using Perfolizer.Horology;

namespace Doorward.Cedar.Benchmarks;

/// <summary>What BenchmarkDotNet says: hit and miss apart, with what is allocated.</summary>
internal static class Statistics
{
    public static IEnumerable<Line> Run()
    {
        foreach (var report in BenchmarkRunner.Run<EvaluationBenchmarks>(Config()).Reports)
        {
            var name = (string)report.BenchmarkCase.Parameters["Name"];
            var method = report.BenchmarkCase.Descriptor.WorkloadMethod.Name;
            var isHit = (bool)report.BenchmarkCase.Parameters["Hit"];
            if (report.ResultStatistics is not null)
                yield return Of(report, $"{name}, {(isHit ? "hit" : "miss")}: {method}", method == nameof(EvaluationBenchmarks.Answer) ? Targets.Of(name) : null);
        }
        foreach (var report in BenchmarkRunner.Run<StoreBenchmarks>(Config()).Reports)
        {
            if (report.ResultStatistics is not null)
                yield return Of(report, $"one of 1,000,000: {report.BenchmarkCase.Descriptor.WorkloadMethod.Name}", 10_000);
        }
    }

    // In this process: what is measured needs no other, and the machine's other work may take its time.
    private static ManualConfig Config() => ManualConfig.Create(DefaultConfig.Instance)
        .AddJob(Job.ShortRun.WithToolchain(new InProcessNoEmitToolchain(TimeSpan.FromHours(2), logOutput: true)).WithClock(new CpuClock())
            .WithIterationCount(7).WithIterationTime(TimeInterval.FromMilliseconds(50)).WithEvaluateOverhead(false))
        .AddDiagnoser(MemoryDiagnoser.Default)
        .WithOptions(ConfigOptions.DisableOptimizationsValidator);

    private static Line Of(BenchmarkReport report, string name, double? target) =>
        new(name, report.ResultStatistics!.Median, target, Allocated: report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase));
}
