using System.Text;
using System.Text.Json;
using Doorward.Control.Audit;
using Doorward.Control.Audit.Tiles;

namespace Doorward.Control.Tests.Audit;

public sealed class AuditExportTests : IDisposable
{
    private readonly TemporaryLog _directory = new();

    [Theory]
    [InlineData(0, null, 600), InlineData(0, 0L, 1), InlineData(255, 256L, 2), InlineData(300, 511L, 212), InlineData(599, 9999L, 1), InlineData(600, null, 0), InlineData(5, 3L, 0)]
    public async Task Writes_the_records_asked_for_in_order(long from, long? to, int count)
    {
        await _directory.FillAsync(100, 500);
        using var output = new MemoryStream();
        var reports = new List<AuditProgress>();
        var result = await AuditExport.WriteAsync(_directory.Data, output, from, to, new Reports(reports));

        Assert.Equal(new AuditExportResult.Done(count), result);
        var sequences = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonDocument.Parse(l).RootElement.GetProperty("seq").GetInt64());
        Assert.Equal(Enumerable.Range(0, count).Select(i => from + i), sequences);
        Assert.True(count == 0 || reports[^1] == new AuditProgress(count, count));
    }

    [Fact]
    public async Task Stops_before_what_cannot_be_read_and_says_where()
    {
        await _directory.FillAsync(600);
        File.Delete(_directory.Folder.PathOf(TileId.Entries(1, 256)));
        using var output = new MemoryStream();
        var damaged = Assert.IsType<AuditExportResult.Damaged>(await AuditExport.WriteAsync(_directory.Data, output));
        Assert.Equal(256, damaged.Records);
        Assert.Contains("record 256", damaged.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Follows_a_log_from_what_is_there_to_what_comes()
    {
        await using var log = _directory.Open();
        await log.AppendAsync([.. Enumerable.Range(0, 300).Select(i => Records.Of($"{i}"))]);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        List<long> seen = [];
        await foreach (var line in AuditTail.FollowAsync(_directory.Data, -2, TimeProvider.System, stop.Token))
        {
            seen.Add(JsonDocument.Parse(line).RootElement.GetProperty("seq").GetInt64());
            if (seen.Count is 2 or 3)
            {
                await log.AppendAsync(Records.Of("more"));
            }
            else if (seen.Count == 4)
            {
                break;
            }
        }

        Assert.Equal([298, 299, 300, 301], seen);
    }

    public void Dispose() => _directory.Dispose();

    private sealed class Reports(List<AuditProgress> reports) : IProgress<AuditProgress>
    {
        public void Report(AuditProgress value) => reports.Add(value);
    }
}
