using Doorward.Control.Feeds;
using Doorward.Core.Protocol;

namespace Doorward.Control.Tests;

/// <summary>Keeps records in a list. Holding <see cref="Gate"/> makes it as slow as a full disk.</summary>
internal sealed class RecordList : IRecordSink
{
    private readonly Dictionary<string, long> _positions = [];

    public List<Core.Protocol.Record> Kept { get; } = [];
    public SemaphoreSlim Gate { get; } = new(1);

    public async Task<long> AcceptAsync(string gateway, Records batch, CancellationToken ct)
    {
        await Gate.WaitAsync(ct);
        try
        {
            Kept.AddRange(batch.Records_);
            return _positions[batch.SpoolId] = batch.Records_[^1].Number;
        }
        finally
        {
            Gate.Release();
        }
    }

    public Task<long?> PositionAsync(string gateway, string spoolId, CancellationToken ct) =>
        Task.FromResult(_positions.TryGetValue(spoolId, out var through) ? through : (long?)null);
}
