using Doorward.Core.Protocol;
using Doorward.Gateway.Grants;
using Doorward.Gateway.Spool;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using FeedService = Doorward.Core.Protocol.Feed;

namespace Doorward.Gateway.Feed;

/// <summary>Keeps the one stream to the control plane: says what it has, hands what comes to the applier, starts again when it breaks.</summary>
internal sealed partial class FeedClient(
    ControlPlaneConnection connection,
    Membership membership,
    StateCell cell,
    Applier applier,
    SessionResolver resolver,
    FeedReporters reporters,
    TimeProvider clock,
    ILogger<FeedClient> logger) : BackgroundService
{
    // Two unanswered seconds are a dead peer, not a slow one; the transport alone would take far longer to notice.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);
    private static readonly string Instance = Core.Identifiers.Identifier.New("gwi");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await membership.EnsureAsync(stoppingToken);
        var keeping = membership.KeepAsync(stoppingToken);
        var backOff = new BackOff(clock);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(backOff, stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception) when (exception is RpcException or FeedBrokenException or OperationCanceledException or TimeoutException or IOException)
            {
                LogLost(exception.Message);
            }
            catch (Exception exception)
            {
                // Whatever it is, the way out is the same: begin again. If that does not help, the lease ends and every door closes.
                LogFailed(exception);
            }

            await backOff.WaitAsync(stoppingToken);
        }

        await keeping;
    }

    private async Task FollowAsync(BackOff backOff, CancellationToken stopping)
    {
        using var life = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var call = new FeedService.FeedClient(connection.Channel).Follow(cancellationToken: life.Token);
        var uplink = new Uplink();
        applier.Restart();
        await uplink.SendAsync(new GatewayMessage { Hello = Hello() }, life.Token);
        List<Task> running =
        [
            uplink.WriteToAsync(call.RequestStream, life.Token),
            ReadAsync(call.ResponseStream, uplink, backOff, life.Token),
            .. reporters.All.Select(reporter => reporter.ReportAsync(uplink, life.Token)),
        ];
        try
        {
            await await Task.WhenAny(running);
        }
        finally
        {
            await life.CancelAsync();
            await Task.WhenAll(running.Select(task => task.ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default)));
        }
    }

    private Hello Hello() => new()
    {
        Epoch = cell.Current.Epoch,
        Revision = cell.Current.Revision,
        Version = typeof(FeedClient).Assembly.GetName().Version!.ToString(3),
        Instance = Instance,
        SpoolId = reporters.Spool.Id,
        SpoolFirst = reporters.Spool.FirstUnacknowledged,
    };

    private async Task ReadAsync(IAsyncStreamReader<ControlMessage> messages, Uplink uplink, BackOff backOff, CancellationToken life)
    {
        while (await messages.MoveNext(life).WaitAsync(Silence, clock, life))
        {
            backOff.Reset();
            await TakeAsync(messages.Current, uplink, life);
        }

        throw new FeedBrokenException("the control plane ended the stream");
    }

    private async ValueTask TakeAsync(ControlMessage message, Uplink uplink, CancellationToken life)
    {
        var before = cell.Current.Revision;
        switch (message.KindCase)
        {
            case ControlMessage.KindOneofCase.Snapshot:
                _ = ConfirmAsync(applier.Apply(message.Snapshot));
                LogConnected(cell.Current.Revision);
                break;
            case ControlMessage.KindOneofCase.Change:
                applier.Apply(message.Change);
                break;
            default:
                reporters.Take(message);
                break;
        }

        if (cell.Current.Revision != before)
            await uplink.SendAsync(new GatewayMessage { Applied = new Applied { Revision = cell.Current.Revision } }, life);
    }

    /// <summary>
    /// Asks again for the sessions that outlived a snapshot, a few at a time; each that cannot be confirmed ends. It goes on when the
    /// stream is lost: the next one begins after the snapshot, and would never speak of what ended before it.
    /// </summary>
    private Task ConfirmAsync(IReadOnlyList<LiveSession> sessions) => Parallel.ForEachAsync(
        sessions,
        new ParallelOptions { MaxDegreeOfParallelism = 32 },
        async (session, _) =>
        {
            try
            {
                await resolver.ConfirmAsync(session);
            }
            finally
            {
                applier.Confirmed(session);
            }
        });

    [LoggerMessage(Level = LogLevel.Information, Message = "Following the control plane from revision {Revision}")]
    private partial void LogConnected(long revision);

    [LoggerMessage(Level = LogLevel.Error, Message = "What the feed brought could not be followed")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The feed was lost: {Reason}")]
    private partial void LogLost(string reason);
}
