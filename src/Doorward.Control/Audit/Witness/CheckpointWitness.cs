using Doorward.Control.Audit.Notes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Doorward.Control.Audit.Witness;

/// <summary>Sends the newest checkpoint outside: at the start, after so much time or so many records, and at the end.</summary>
public sealed class CheckpointWitness : IAsyncDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);
    private readonly AuditLog _log;
    private readonly AuditOptions _options;
    private readonly TimeProvider _time;
    private readonly List<ICheckpointSink> _sinks;
    private readonly List<CheckpointDelivery> _deliveries;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Task _running = Task.CompletedTask;
    private ITimer? _timer;
    private SignedCheckpoint? _offered;

    public CheckpointWitness(AuditLog log, IOptions<AuditOptions> options, TimeProvider time, ILogger<CheckpointWitness> logger)
    {
        (_log, _options, _time) = (log, options.Value, time);
        _sinks = [.. SinksOf(_options, time)];
        _deliveries = _sinks.ConvertAll(sink => new CheckpointDelivery(sink, time, logger));
    }

    /// <summary>How each sink is doing.</summary>
    public IReadOnlyList<CheckpointSinkState> Sinks => _deliveries.ConvertAll(d => d.State);

    /// <summary>Begins to follow a log that is open.</summary>
    internal void Start()
    {
        _running = Task.WhenAll(_deliveries.Select(d => Task.Run(() => d.RunAsync(_stop.Token))));
        _log.Committed += OfferAfterManyRecords;
        _timer = _time.CreateTimer(_ => Offer(_log.Head), null, TimeSpan.Zero, _options.WitnessInterval);
    }

    /// <summary>Sends the last checkpoint and gives the sinks a moment to take it.</summary>
    internal async Task StopAsync()
    {
        _log.Committed -= OfferAfterManyRecords;
        if (_timer is not null)
        {
            await _timer.DisposeAsync();
        }

        Offer(_log.Head);
        _deliveries.ForEach(d => d.Complete());
        await Task.WhenAny(_running, Task.Delay(Farewell, _time));
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        if (_timer is not null)
        {
            await _timer.DisposeAsync();
        }

        _sinks.OfType<IDisposable>().ToList().ForEach(s => s.Dispose());
        _stop.Dispose();
    }

    private static IEnumerable<ICheckpointSink> SinksOf(AuditOptions options, TimeProvider time)
    {
        if (options.CheckpointFile is { } file)
        {
            yield return new FileSink(file);
        }

        if (options.Syslog is { } syslog)
        {
            yield return new SyslogSink(syslog, time);
        }

        if (options.Webhook is { } webhook)
        {
            yield return new WebhookSink(webhook);
        }
    }

    private void OfferAfterManyRecords(SignedCheckpoint head)
    {
        if (head.Content.Size - (_offered?.Content.Size ?? 0) >= _options.WitnessEvery)
        {
            Offer(head);
        }
    }

    private void Offer(SignedCheckpoint? head)
    {
        lock (_gate)
        {
            if (head is null || head.Content.Size <= _offered?.Content.Size)
            {
                return;
            }

            _offered = head;
            _deliveries.ForEach(d => d.Offer(head));
        }
    }
}
