using System.Threading.Channels;
using Doorward.Control.Audit.Notes;
using Microsoft.Extensions.Logging;

namespace Doorward.Control.Audit.Witness;

/// <summary>
/// Brings checkpoints to one sink, again and again with growing pauses until one arrives. A newer checkpoint covers all older ones,
/// so the queue is short and drops the oldest. Nothing here can hold up an append.
/// </summary>
internal sealed partial class CheckpointDelivery(ICheckpointSink sink, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private readonly Channel<SignedCheckpoint> _queue = Channel.CreateBounded<SignedCheckpoint>(
        new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private volatile CheckpointSinkState _state = new(sink.Name, null, null);

    public CheckpointSinkState State => _state;

    public void Offer(SignedCheckpoint checkpoint) => _queue.Writer.TryWrite(checkpoint);

    /// <summary>No more will be offered; <see cref="RunAsync"/> ends once the last is delivered.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var checkpoint in _queue.Reader.ReadAllAsync(cancellationToken))
            {
                await DeliverAsync(checkpoint, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopping: the state says what did not arrive.
        }
    }

    private async Task DeliverAsync(SignedCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        for (var pause = FirstPause; !await TrySendAsync(checkpoint, cancellationToken); pause = Min(pause * 2, LongestPause))
        {
            await Task.Delay(pause, time, cancellationToken);
            while (_queue.Reader.TryRead(out var newer))
            {
                checkpoint = newer;
            }
        }
    }

    private async Task<bool> TrySendAsync(SignedCheckpoint checkpoint, CancellationToken cancellationToken)
    {
        try
        {
            await sink.SendAsync(checkpoint, cancellationToken);
            if (_state.Problem is not null)
            {
                LogWorksAgain(sink.Name);
            }

            _state = new CheckpointSinkState(sink.Name, checkpoint.Content.Size, null);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (_state.Problem != e.Message)
            {
                LogFails(sink.Name, e.Message);
            }

            _state = _state with { Problem = e.Message };
            return false;
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    [LoggerMessage(Level = LogLevel.Error, Message = "Audit checkpoints do not reach {Sink}: {Reason}")]
    private partial void LogFails(string sink, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Audit checkpoints reach {Sink} again")]
    private partial void LogWorksAgain(string sink);
}
