using Doorward.Control.Audit.Notes;

namespace Doorward.Control.Audit.Witness;

/// <summary>A place outside the data directory that checkpoints are sent to, so that the log cannot be shortened or rewritten unseen.</summary>
internal interface ICheckpointSink
{
    /// <summary>What it is called in logs and in the health report. Holds no secret.</summary>
    string Name { get; }

    /// <summary>Sends one checkpoint; any exception means that it may not have arrived.</summary>
    Task SendAsync(SignedCheckpoint checkpoint, CancellationToken cancellationToken);
}

/// <summary>How a sink is doing.</summary>
/// <param name="Name">Which sink.</param>
/// <param name="DeliveredSize">Size of the last checkpoint that arrived; null when none did.</param>
/// <param name="Problem">Why the newest did not arrive; null when it did.</param>
public sealed record CheckpointSinkState(string Name, long? DeliveredSize, string? Problem);
