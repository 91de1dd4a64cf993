using System.Threading.Channels;
using Doorward.Control.Changes;
using Doorward.Core.Protocol;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Doorward.Control.Feeds;

/// <summary>
/// One connected gateway. Downwards a single writer sends the log and, in turn, what else there is; it holds nothing in
/// memory but a bounded queue, and a gateway that does not keep up is dropped and goes on from the revision it has.
/// </summary>
internal sealed partial class GatewayStream(
    string gateway, ChangeLog log, SnapshotReader snapshots, GatewayReports reports, TimeProvider time, ILogger<GatewayStream> logger) : IDisposable
{
    private const int MostQueued = 1024;
    private const int MostInBulk = MostQueued / 2;
    private const int Batch = 256;
    private static readonly TimeSpan SlowestWrite = TimeSpan.FromSeconds(20);
    private readonly Channel<ControlMessage> _outbound = Channel.CreateBounded<ControlMessage>(new BoundedChannelOptions(MostQueued) { SingleReader = true });
    private readonly CancellationTokenSource _replaced = new();
    private readonly TaskCompletionSource _overrun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _progress = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _room = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _applied;
    private long _sent;

    public string Gateway => gateway;
    public CancellationToken Replaced => _replaced.Token;

    /// <summary>The newest revision the gateway said it applied.</summary>
    public long Applied
    {
        get => Volatile.Read(ref _applied);
        private set
        {
            Volatile.Write(ref _applied, value);
            Interlocked.Exchange(ref _progress, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        }
    }

    /// <summary>When it last pinged; its connection at first.</summary>
    public DateTimeOffset Heard { get; private set; } = time.GetUtcNow();

    /// <summary>Queues a message; a full queue means a gateway that does not read, and ends the stream.</summary>
    public bool TrySend(ControlMessage message)
    {
        if (_outbound.Writer.TryWrite(message))
        {
            return true;
        }

        // The writer may stand still in a write that will never end, so it is not the writer that notices.
        _overrun.TrySetException(new RpcException(new Status(StatusCode.ResourceExhausted, "The gateway does not keep up; follow again.")));
        return false;
    }

    /// <summary>
    /// Queues one of many, once there is room for it: what comes in bulk must not look as if the gateway did not keep up, and leaves the
    /// other half of the queue to the rest. Nothing is queued when the caller's patience ends first.
    /// </summary>
    public async Task<bool> TrySendInTurnAsync(ControlMessage message, CancellationToken ct)
    {
        while (true)
        {
            var room = Volatile.Read(ref _room).Task;
            if (_outbound.Reader.Count < MostInBulk)
            {
                return TrySend(message);
            }

            await room.WaitAsync(ct);
        }
    }

    public void Replace() => _replaced.Cancel();

    /// <summary>Ends when the gateway has said that it applied the revision: what it denies is cut then.</summary>
    public async Task ReachAsync(long revision, CancellationToken ct)
    {
        while (true)
        {
            var progress = Volatile.Read(ref _progress).Task;
            if (Applied >= revision)
            {
                return;
            }

            await progress.WaitAsync(ct);
        }
    }

    public async Task RunAsync(IAsyncStreamReader<GatewayMessage> incoming, IServerStreamWriter<ControlMessage> outgoing, CancellationToken ct)
    {
        if (!await incoming.MoveNext(ct) || incoming.Current.KindCase != GatewayMessage.KindOneofCase.Hello)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, "The first message must be Hello."));
        }

        using var life = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await using var inbox = reports.Open(this, incoming.Current.Hello, life.Token);
        await BeginAsync(incoming.Current.Hello, outgoing, life.Token);
        Task[] running = [ReadAsync(incoming, inbox, life.Token), WriteAsync(outgoing, life.Token), inbox.Completion, _overrun.Task];
        try
        {
            // Whichever ends first, ends all: a stream that is half open would keep a lease alive on half the truth.
            await await Task.WhenAny(running);
        }
        finally
        {
            await life.CancelAsync();
            _overrun.TrySetCanceled(CancellationToken.None);
            await Task.WhenAll(running).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            await reports.Ledger.LeftAsync(gateway, Heard);
            LogEnded(gateway, _sent);
        }
    }

    public void Dispose() => _replaced.Dispose();

    private async Task BeginAsync(Hello hello, IServerStreamWriter<ControlMessage> outgoing, CancellationToken ct)
    {
        if (await log.CanReplayAsync(new LogPosition(hello.Epoch, hello.Revision), ct))
        {
            _sent = hello.Revision;
            LogFollowing(gateway, _sent);
            return;
        }

        var snapshot = await snapshots.ReadAsync(ct);
        await SendAsync(outgoing, new ControlMessage { Snapshot = snapshot }, ct);
        _sent = snapshot.Revision;
        LogSnapshot(gateway, _sent);
    }

    private async Task ReadAsync(IAsyncStreamReader<GatewayMessage> incoming, GatewayInbox inbox, CancellationToken ct)
    {
        while (await incoming.MoveNext(ct))
        {
            var message = incoming.Current;
            switch (message.KindCase)
            {
                case GatewayMessage.KindOneofCase.Ping:
                    // The head is filled in by the writer, after it has read the log.
                    TrySend(new ControlMessage { Pong = new Pong { Nonce = message.Ping.Nonce } });
                    Heard = time.GetUtcNow();
                    inbox.Heard();
                    break;
                case GatewayMessage.KindOneofCase.Applied:
                    Applied = message.Applied.Revision;
                    break;
                default:
                    await inbox.TakeAsync(message, ct);
                    break;
            }
        }
    }

    private async Task WriteAsync(IServerStreamWriter<ControlMessage> outgoing, CancellationToken ct)
    {
        var queue = _outbound.Reader;
        Task<bool>? waiting = null;
        var turn = new List<ControlMessage>();
        while (true)
        {
            // The order is what makes a pong true: queued pings first, then the log to its head, then the answers.
            var changed = log.NextChange;
            while (turn.Count < Batch && queue.TryRead(out var message))
            {
                turn.Add(message);
            }

            if (turn.Count > 0)
            {
                Interlocked.Exchange(ref _room, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
            }

            await SendLogAsync(outgoing, ct);
            foreach (var message in turn)
            {
                if (message.Pong is { } pong)
                {
                    pong.Head = _sent;
                }

                await SendAsync(outgoing, message, ct);
            }

            if (turn.Count == 0)
            {
                waiting ??= queue.WaitToReadAsync(ct).AsTask();
                if (await Task.WhenAny(waiting, changed) == waiting)
                {
                    // Throws what ended the queue.
                    await waiting;
                    waiting = null;
                }
            }

            turn.Clear();
            ct.ThrowIfCancellationRequested();
        }
    }

    private async Task SendLogAsync(IServerStreamWriter<ControlMessage> outgoing, CancellationToken ct)
    {
        IReadOnlyList<Change> changes;
        do
        {
            changes = await log.ReadAsync(_sent, Batch, ct);
            foreach (var change in changes)
            {
                if (change.Revision != _sent + 1)
                {
                    // Retention overtook us; following again brings a snapshot.
                    throw new RpcException(new Status(StatusCode.OutOfRange, "The log no longer reaches back to what the gateway has; follow again."));
                }

                await SendAsync(outgoing, new ControlMessage { Change = await snapshots.CompleteAsync(change, ct) }, ct);
                _sent = change.Revision;
                if (change.GatewayRevoked?.Name == gateway)
                {
                    throw new RpcException(new Status(StatusCode.PermissionDenied, "The gateway is revoked."));
                }
            }
        }
        while (changes.Count > 0);
    }

    private async Task SendAsync(IServerStreamWriter<ControlMessage> outgoing, ControlMessage message, CancellationToken ct)
    {
        try
        {
            await outgoing.WriteAsync(message, ct).WaitAsync(SlowestWrite, time, ct);
        }
        catch (TimeoutException)
        {
            throw new RpcException(new Status(StatusCode.ResourceExhausted, "The gateway does not read; follow again."));
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Gateway {Gateway} follows from revision {Revision}")]
    private partial void LogFollowing(string gateway, long revision);

    [LoggerMessage(Level = LogLevel.Information, Message = "Gateway {Gateway} was sent the state at revision {Revision}")]
    private partial void LogSnapshot(string gateway, long revision);

    [LoggerMessage(Level = LogLevel.Information, Message = "Gateway {Gateway} stopped following at revision {Revision}")]
    private partial void LogEnded(string gateway, long revision);
}
