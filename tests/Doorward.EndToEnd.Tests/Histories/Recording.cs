using System.Collections.Concurrent;
using System.Globalization;

namespace Doorward.EndToEnd.Tests.Histories;

/// <summary>Takes down what happens, from many tasks, with the time since it was begun.</summary>
internal sealed class Recording
{
    private readonly long _begun = TimeProvider.System.GetTimestamp();
    private readonly DateTimeOffset _wall = TimeProvider.System.GetUtcNow();
    private readonly ConcurrentQueue<ServedRequest> _requests = new();
    private readonly ConcurrentQueue<Delivery> _deliveries = new();
    private readonly ConcurrentQueue<Change> _changes = new();
    private readonly ConcurrentQueue<Observation> _observations = new();
    private readonly ConcurrentQueue<Span> _partitions = new();
    private readonly ConcurrentQueue<Span> _lives = new();
    private readonly ConcurrentDictionary<Access, byte> _live = new();
    private readonly ConcurrentDictionary<int, long> _statuses = new();

    public TimeSpan Now => TimeProvider.System.GetElapsedTime(_begun);

    /// <summary>How often each status was answered; 0 is no answer.</summary>
    public IReadOnlyDictionary<int, long> Statuses => _statuses;

    /// <summary>Sessions that were served and not revoked yet.</summary>
    public IEnumerable<string> LiveSessions => _live.Keys.Select(access => access.Session).Distinct(StringComparer.Ordinal);

    public TimeSpan AtWallClock(DateTimeOffset time) => time - _wall;

    public void Answered(int status) => _statuses.AddOrUpdate(status, 1, (_, count) => count + 1);

    public void Served(Access access, TimeSpan began)
    {
        _requests.Enqueue(new ServedRequest(access, began, Now));
        _live.TryAdd(access, 0);
    }

    public void Delivered(Access access, TimeSpan written) => _deliveries.Enqueue(new Delivery(access, written));

    public void Changed(Switch what, bool allows, TimeSpan sent)
    {
        _changes.Enqueue(new Change(what, allows, sent, Now));
        foreach (var access in _live.Keys.Where(access => what == new Switch(SwitchKind.Session, access.Session)))
            _live.TryRemove(access, out _);
    }

    public void Observed(Switch what, bool allows, TimeSpan asked) => _observations.Enqueue(new Observation(what, allows, asked, Now));

    public void Partitioned(TimeSpan since) => _partitions.Enqueue(new Span(since, Now));

    public void GatewayLived(TimeSpan since) => _lives.Enqueue(new Span(since, Now));

    public History ToHistory() => new()
    {
        LeaseOf = application => TimeSpan.FromSeconds(application == Load.Strict ? 5 : 60),
        Requests = [.. _requests],
        Deliveries = [.. _deliveries],
        Changes = [.. _changes],
        Observations = [.. _observations],
        Partitions = [.. _partitions],
        GatewayLives = [.. _lives],
    };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{_requests.Count} served, {string.Join(", ", _statuses.Where(status => status.Key != 200).OrderBy(status => status.Key).Select(status => $"{status.Value} x {status.Key}"))}, "
        + $"{_deliveries.Count} stream events, {_changes.Count} changes, {_observations.Count} observations in {Now.TotalSeconds:F0} s");
}
