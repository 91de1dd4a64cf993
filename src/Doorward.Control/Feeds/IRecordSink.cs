using Doorward.Core.Protocol;

namespace Doorward.Control.Feeds;

/// <summary>Takes the numbered records of gateways. Decisions, audit and explanations lie behind it.</summary>
public interface IRecordSink
{
    /// <summary>
    /// Keeps a batch and returns the highest number of this spool up to which all are durable: the gateway forgets those.
    /// Records that came before are accepted again without being kept twice.
    /// </summary>
    Task<long> AcceptAsync(string gateway, Records batch, CancellationToken ct);

    /// <summary>The highest durable number of a spool; null when nothing of it has come.</summary>
    Task<long?> PositionAsync(string gateway, string spoolId, CancellationToken ct);
}
