using System.Diagnostics;
using Doorward.Control.Audit;

namespace Doorward.Control.Tests.Audit;

/// <summary>Minutes long, so run by name only: <c>-explicit only -class Doorward.Control.Tests.Audit.LargeLogTests</c>.</summary>
public sealed class LargeLogTests(ITestOutputHelper output) : IDisposable
{
    private readonly TemporaryLog _directory = TemporaryLog.OnDisk();

    [Fact(Explicit = true)]
    public async Task A_million_records_are_appended_verified_exported_and_reopened()
    {
        const int Count = 1_000_000;
        var clock = Stopwatch.StartNew();
        long size;
        await using (var log = _directory.Open())
        {
            await Parallel.ForAsync(0, Count, new ParallelOptions { MaxDegreeOfParallelism = 4096 }, async (i, stop) =>
                await log.AppendAsync(i % 10 == 0 ? Records.SignIn($"user-{i % 1000}", "192.0.2.7") : Records.Of("wiki"), stop));
            size = log.Size;
        }

        var appended = Lap("appended one by one");
        Assert.Equal(size, (await _directory.VerifyIntactAsync()).Size);
        Lap("verified");
        Assert.Equal(new AuditExportResult.Done(size), await AuditExport.WriteAsync(_directory.Data, Stream.Null));
        Lap("exported");
        await using (_directory.Open())
        {
            Assert.InRange(Lap("opened"), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        }

        Assert.InRange(Count / appended.TotalSeconds, 10_000, double.MaxValue);

        TimeSpan Lap(string what)
        {
            var took = clock.Elapsed;
            output.WriteLine($"{what}: {took.TotalSeconds:0.00} s, {Count / took.TotalSeconds:0} a second");
            clock.Restart();
            return took;
        }
    }

    public void Dispose() => _directory.Dispose();
}
