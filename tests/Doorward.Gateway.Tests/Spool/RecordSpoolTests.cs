using Doorward.Core.Protocol;
using Doorward.Gateway.Spool;
using Microsoft.Extensions.Logging.Abstractions;
using Record = Doorward.Core.Protocol.Record;

namespace Doorward.Gateway.Tests.Spool;

public sealed class RecordSpoolTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("doorward-spool-");

    [Fact]
    public async Task Numbers_records_without_gaps_and_keeps_them_through_a_restart()
    {
        string id;
        await using (var spool = Open())
        {
            id = spool.Id;
            Assert.All(await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => spool.AppendAsync(New()))), Assert.True);
        }

        await using var again = Open();
        Assert.True(await again.AppendAsync(New()));

        Assert.Equal(id, again.Id);
        Assert.Equal(Enumerable.Range(1, 101).Select(number => (long)number), ReadAll(again).Select(record => record.Number));
    }

    [Fact]
    public async Task Loses_only_what_was_torn_wherever_the_file_ends()
    {
        await using (var spool = Open())
        {
            for (var i = 0; i < 3; i++)
                await spool.AppendAsync(New());
        }

        var file = Assert.Single(_directory.GetFiles("records-*.log")).FullName;
        var whole = await File.ReadAllBytesAsync(file);
        var frame = whole.Length / 3;
        for (var length = whole.Length; length >= 0; length--)
        {
            await File.WriteAllBytesAsync(file, whole[..length]);
            await using var spool = Open();
            var kept = length / frame;
            Assert.Equal(kept, ReadAll(spool).Count);
            await spool.AppendAsync(New());
            Assert.Equal(kept + 1, ReadAll(spool)[^1].Number);
        }
    }

    [Fact]
    public async Task Cuts_a_tail_whose_bytes_were_never_written()
    {
        await using (var spool = Open())
            await spool.AppendAsync(New());
        var file = Assert.Single(_directory.GetFiles("records-*.log")).FullName;
        await using (var stream = new FileStream(file, FileMode.Append))
            await stream.WriteAsync(new byte[4096]);

        await using var again = Open();

        Assert.Single(ReadAll(again));
        Assert.True(await again.AppendAsync(New()));
        Assert.Equal(2, ReadAll(again).Count);
    }

    [Fact]
    public async Task Refuses_when_it_is_full_and_takes_again_once_records_are_acknowledged()
    {
        await using var spool = Open(limit: 4096);
        long accepted = 0;
        while (await spool.AppendAsync(New()))
            accepted++;
        Assert.InRange(accepted, 10, 400);
        Assert.False(await spool.AppendAsync(New()));

        spool.Acknowledge(accepted);

        Assert.True(await spool.AppendAsync(New()));
        Assert.Equal(accepted + 1, ReadAll(spool)[^1].Number);
    }

    [Fact]
    public async Task Goes_on_numbering_after_everything_was_acknowledged()
    {
        await using (var spool = Open(limit: 4096))
        {
            for (var i = 0; i < 40; i++)
            {
                await spool.AppendAsync(New());
                spool.Acknowledge(i + 1);
            }
        }

        await using var again = Open(limit: 4096);
        await again.AppendAsync(New());

        Assert.Equal(41, ReadAll(again)[^1].Number);
    }

    [Fact]
    public async Task Never_believes_an_acknowledgement_of_what_was_not_written()
    {
        await using var spool = Open();
        await spool.AppendAsync(New());

        spool.Acknowledge(1000);

        Assert.Equal(2, spool.FirstUnacknowledged);
    }

    [Fact]
    public async Task Two_gateways_cannot_use_one_spool()
    {
        await using (Open())
            Assert.Contains("in use by another gateway", Assert.Throws<IOException>(() => Open()).Message, StringComparison.Ordinal);

        await using var next = Open();
        Assert.True(await next.AppendAsync(New()));
    }

    [Fact]
    public async Task Refuses_a_record_that_could_not_be_read_again_and_goes_on_with_those_behind_it()
    {
        await using (var spool = Open(limit: 64 << 20))
        {
            var large = Record(SpoolFrame.PayloadLimit);
            var largest = Record(SpoolFrame.PayloadLimit - 64);
            var done = await Task.WhenAll(spool.AppendAsync(New()), spool.AppendAsync(large), spool.AppendAsync(largest), spool.AppendAsync(New()));

            Assert.Equal([true, false, true, true], done);
            Assert.Equal([1L, 2L, 3L], ReadAll(spool).Select(record => record.Number));
        }

        await using var again = Open(limit: 64 << 20);
        Assert.Equal([1L, 2L, 3L], ReadAll(again).Select(record => record.Number));

        static Record Record(int size) => new() { Decision = new DecisionRecord { Application = "wiki", InputJson = new string('a', size) } };
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private RecordSpool Open(long limit = 1024 * 1024) => new(_directory.FullName, limit, NullLogger<RecordSpool>.Instance);

    private static Record New() => new() { Count = new CountRecord { Application = "wiki", Requests = 7 } };

    private static List<Record> ReadAll(RecordSpool spool)
    {
        var position = new SpoolPosition(spool.FirstUnacknowledged);
        var all = new List<Record>();
        for (var records = spool.Read(ref position, 100); records.Count > 0; records = spool.Read(ref position, 100))
            all.AddRange(records);
        return all;
    }
}
