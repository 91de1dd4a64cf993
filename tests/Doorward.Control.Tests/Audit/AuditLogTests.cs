using System.Text.Json;
using Doorward.Control.Audit;
using Doorward.Control.Audit.Tiles;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Control.Tests.Audit;

public sealed class AuditLogTests : IDisposable
{
    private readonly TemporaryLog _directory = new();

    [Fact]
    public async Task A_new_log_is_empty_and_verifies()
    {
        await using (_directory.Open())
        {
        }

        Assert.Equal(0, (await _directory.VerifyIntactAsync()).Size);
    }

    [Fact]
    public async Task An_acknowledged_record_is_in_the_files_and_under_the_checkpoint()
    {
        await using var log = _directory.Open();
        var receipt = await log.AppendAsync(Records.Of("wiki"));

        Assert.Equal(new AuditReceipt(0, 0, 1), receipt);
        Assert.Contains("\"target\":\"wiki\"", Assert.Single(_directory.Entries()), StringComparison.Ordinal);
        Assert.Equal(1, (await _directory.VerifyIntactAsync()).Size);
    }

    [Fact]
    public async Task Continues_where_it_stopped_at_every_kind_of_size()
    {
        var size = 0;
        foreach (var batch in (int[])[1, 254, 1, 1, 255, 256, 3, 1000])
        {
            await _directory.FillAsync(batch);
            size += batch;
            Assert.Equal(size, (await _directory.VerifyIntactAsync()).Size);
        }

        Assert.Equal(Enumerable.Range(0, size).Select(i => $"record-{i}"), _directory.Entries().Select(Target));
    }

    [Fact]
    public async Task Parallel_appends_are_all_there_once_in_the_order_of_their_receipts()
    {
        const int Writers = 16, Each = 200;
        var receipts = new (long Sequence, string Target)[Writers * Each];
        await using (var log = _directory.Open())
        {
            await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
            {
                for (var i = 0; i < Each; i++)
                {
                    var target = $"{writer}-{i}";
                    receipts[(writer * Each) + i] = ((await log.AppendAsync(Records.Of(target))).First, target);
                }
            })));
        }

        var entries = _directory.Entries();
        Assert.Equal(Writers * Each, entries.Count);
        Assert.All(receipts, r => Assert.Equal(r.Target, Target(entries[(int)r.Sequence])));
        for (var writer = 0; writer < Writers; writer++)
        {
            var sequences = receipts.Skip(writer * Each).Take(Each).Select(r => r.Sequence).ToList();
            Assert.Equal(sequences.Order(), sequences);
        }

        await _directory.VerifyIntactAsync();
    }

    [Fact]
    public async Task Many_appends_share_a_checkpoint()
    {
        await using var log = _directory.Open();
        var checkpoints = 0;
        log.Committed += _ => Interlocked.Increment(ref checkpoints);
        await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => log.AppendAsync(Records.Of($"{i}")).AsTask()));

        Assert.InRange(checkpoints, 1, 1000);
        Assert.Equal(2000, log.Size);
    }

    [Fact]
    public async Task A_batch_stands_together_and_no_batch_is_too_large_for_the_queue()
    {
        await using var log = _directory.Open(options: new AuditOptions { QueueCapacity = 16 });
        var receipts = await Task.WhenAll(Enumerable.Range(0, 40).Select(b =>
            log.AppendAsync([.. Enumerable.Range(0, 300).Select(i => Records.Of($"{b}-{i}"))]).AsTask()));

        var entries = _directory.Entries();
        for (var b = 0; b < receipts.Length; b++)
        {
            Assert.Equal(299, receipts[b].Last - receipts[b].First);
            Assert.Equal($"{b}-0", Target(entries[(int)receipts[b].First]));
            Assert.Equal($"{b}-299", Target(entries[(int)receipts[b].Last]));
        }
    }

    [Fact]
    public async Task Writes_what_is_queued_before_it_closes_and_takes_nothing_after()
    {
        var log = _directory.Open();
        var appends = Enumerable.Range(0, 500).Select(i => log.AppendAsync(Records.Of($"{i}")).AsTask()).ToList();
        await log.DisposeAsync();

        await Task.WhenAll(appends);
        Assert.Equal(500, _directory.Entries().Count);
        await Assert.ThrowsAsync<AuditUnavailableException>(() => log.AppendAsync(Records.Of("late")).AsTask());
        Assert.Equal(500, _directory.Entries().Count);
    }

    [Fact]
    public async Task The_time_is_the_clocks_unless_the_record_brings_its_own()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.Parse("2026-05-04T10:00:00+02:00"));
        await using var log = _directory.Open(clock);
        await log.AppendAsync([Records.Of("a"), Records.Of("b") with { Time = DateTimeOffset.Parse("2026-05-03T00:00:00Z") }]);

        Assert.Equal(["2026-05-04T08:00:00.0000000Z", "2026-05-03T00:00:00.0000000Z"],
            _directory.Entries().Select(e => JsonDocument.Parse(e).RootElement.GetProperty("time").GetString()));
    }

    [Fact]
    public async Task What_a_client_sends_never_keeps_a_record_from_being_written()
    {
        await using var log = _directory.Open();
        var huge = new string('\u202e', 100_000) + "\ud800\r\n\u001b[31m";
        var receipt = await log.AppendAsync(Records.Of(huge) with
        {
            Action = huge,
            Details = Enumerable.Range(0, 64).ToDictionary(i => $"d{i}", i => i % 2 == 0 ? AuditValue.Personal(huge) : (AuditValue)huge),
        });

        var entry = _directory.Entries()[(int)receipt.First];
        Assert.True(entry.Length <= EntryBundle.MaxEntry);
        Assert.All(entry, c => Assert.InRange(c, ' ', '~'));
        await _directory.VerifyIntactAsync();
    }

    [Fact]
    public async Task Refuses_what_is_no_record()
    {
        await using var log = _directory.Open();
        await Assert.ThrowsAsync<ArgumentException>(() => log.AppendAsync(Records.Of("x") with { Kind = (AuditKind)99 }).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => log.AppendAsync(Records.Of("x") with { Outcome = "" }).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() =>
            log.AppendAsync(Records.Of("x") with { Details = new Dictionary<string, AuditValue> { ["a b"] = 1 } }).AsTask());
        Assert.Equal(0, log.Size);
    }

    [Fact]
    public async Task A_second_process_cannot_open_the_same_log()
    {
        await using var log = _directory.Open();
        await using var second = _directory.Create();
        var refusal = Assert.Throws<AuditUnavailableException>(second.Open);
        Assert.Contains("in use", refusal.Message, StringComparison.Ordinal);
        await log.AppendAsync(Records.Of("still mine"));
    }

    private static string? Target(string entry) => JsonDocument.Parse(entry).RootElement.GetProperty("target").GetString();

    public void Dispose() => _directory.Dispose();
}
