using Doorward.Control.Audit;

namespace Doorward.Control.Tests.Audit;

public sealed class SpoolTests : IDisposable
{
    private readonly TemporaryLog _directory = new();

    [Fact]
    public async Task Batches_that_follow_each_other_are_in_order()
    {
        await using var log = _directory.Open();
        var intake = new SpoolIntake(log);
        Assert.IsType<SpoolVerdict.InOrder>(await intake.AcceptAsync("edge-1", 1, Batch(10)));
        Assert.IsType<SpoolVerdict.InOrder>(await intake.AcceptAsync("edge-1", 11, Batch(5)));
        Assert.IsType<SpoolVerdict.InOrder>(await intake.AcceptAsync("edge-2", 1, Batch(1)));
        Assert.Equal((15, 1), (log.Spools.Last("edge-1"), log.Spools.Last("edge-2")));
    }

    [Fact]
    public async Task A_missing_number_is_an_audit_record()
    {
        await using var log = _directory.Open();
        var intake = new SpoolIntake(log);
        await intake.AcceptAsync("edge-1", 1, Batch(10));
        Assert.Equal(new SpoolVerdict.Missing(11, 12), await intake.AcceptAsync("edge-1", 13, Batch(1)));

        var gap = Assert.Single(_directory.Entries(), e => e.Contains("spool.gap", StringComparison.Ordinal));
        Assert.Contains("\"from\":11,\"to\":12", gap, StringComparison.Ordinal);
        Assert.Equal(13, log.Spools.Last("edge-1"));
    }

    [Fact]
    public async Task What_is_sent_again_is_taken_once()
    {
        await using var log = _directory.Open();
        var intake = new SpoolIntake(log);
        await intake.AcceptAsync("edge-1", 1, Batch(10));
        Assert.Equal(new SpoolVerdict.Duplicate(1, 10), await intake.AcceptAsync("edge-1", 1, Batch(10)));
        Assert.Equal(new SpoolVerdict.Duplicate(8, 10), await intake.AcceptAsync("edge-1", 8, Batch(6)));

        Assert.Equal(13, log.Size);
        Assert.Equal(Enumerable.Range(1, 13), Numbers());
    }

    [Fact]
    public async Task The_same_batch_on_two_connections_at_once_is_taken_once()
    {
        await using var log = _directory.Open();
        var intake = new SpoolIntake(log);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => intake.AcceptAsync("edge-1", 1, Batch(7)))));
        Assert.Equal(Enumerable.Range(1, 7), Numbers());
    }

    [Fact]
    public async Task The_last_numbers_are_known_after_a_restart_and_a_crash_alike()
    {
        await using (var log = _directory.Open())
        {
            var intake = new SpoolIntake(log);
            await intake.AcceptAsync("edge-1", 1, Batch(300));
            await intake.AcceptAsync("edge-2/1", 1, Batch(1));
        }

        await using var again = _directory.Open();
        Assert.Equal((300, 1, 0), (again.Spools.Last("edge-1"), again.Spools.Last("edge-2/1"), again.Spools.Last("edge-3")));
    }

    [Fact]
    public async Task A_long_log_carries_the_numbers_of_gateways_that_have_been_quiet()
    {
        await using (var log = _directory.Open())
        {
            var intake = new SpoolIntake(log);
            for (var gateway = 0; gateway < 450; gateway++)
            {
                await intake.AcceptAsync($"edge-{gateway}", 1, Batch(2));
            }

            for (var i = 0; i < 10; i++)
            {
                await log.AppendAsync([.. Enumerable.Repeat(Records.Of("x"), 2000)]);
            }
        }

        Assert.Equal(6, _directory.Entries().Count(e => e.Contains("spool.ledger", StringComparison.Ordinal)));
        await using var again = _directory.Open();
        Assert.All(Enumerable.Range(0, 450), gateway => Assert.Equal(2, again.Spools.Last($"edge-{gateway}")));
    }

    public void Dispose() => _directory.Dispose();

    private IEnumerable<int> Numbers() => _directory.Entries()
        .Select(e => System.Text.Json.JsonDocument.Parse(e).RootElement.GetProperty("number").GetInt32());

    private static AuditRecord[] Batch(int size) => [.. Enumerable.Repeat(Records.Of("wiki") with { Kind = AuditKind.Decision }, size)];
}
