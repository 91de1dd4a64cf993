namespace Doorward.EndToEnd.Tests.Histories;

/// <summary>Names everything in a history that must not have happened.</summary>
internal static class HistoryChecker
{
    /// <summary>How long a cut may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    // Records carry the wall clock, everything else the monotonic one.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(2);

    public static IReadOnlyList<Violation> Check(History history) =>
    [
        .. ServedAfterRevocation(history),
        .. DeliveredAfterRevocation(history),
        .. LostChanges(history),
        .. ServedWithoutRecord(history),
        .. MissingRecords(history),
    ];

    private static IEnumerable<Violation> ServedAfterRevocation(History history) =>
        from request in history.Requests
        from change in Denials(history, request.Access, request.Ended)
        let deadline = DeadlineOf(history, change, request.Access.Application)
        where request.Began > deadline
        select new Violation("served after revocation",
            $"{request.Access} began {(request.Began - change.Acknowledged).TotalSeconds:F3} s after {change.Switch} was acknowledged at {change.Acknowledged}");

    private static IEnumerable<Violation> DeliveredAfterRevocation(History history) =>
        from delivery in history.Deliveries
        from change in Denials(history, delivery.Access, delivery.LastWritten)
        let deadline = DeadlineOf(history, change, delivery.Access.Application)
        where delivery.LastWritten > deadline
        select new Violation("delivered after revocation",
            $"a stream of {delivery.Access} brought what was written {(delivery.LastWritten - change.Acknowledged).TotalSeconds:F3} s after {change.Switch} was acknowledged");

    /// <summary>Changes that keep this access out, and are not taken back by another that was asked for before the moment.</summary>
    private static IEnumerable<Change> Denials(History history, Access access, TimeSpan moment) =>
        from concerned in Switch.Of(access)
        let changes = history.ChangesOf[concerned]
        from change in changes
        where !change.Allows && change.Acknowledged < moment
        where !changes.Any(other => other.Allows && other.Sent > change.Sent && other.Sent <= moment)
        select change;

    /// <summary>
    /// When the last request may begin: a second after the acknowledgement, and when the gateway may not have heard of it, a second
    /// after it hears again, or after its lease.
    /// </summary>
    private static TimeSpan DeadlineOf(History history, Change change, string application)
    {
        var heard = change.Acknowledged;
        var lease = change.Acknowledged + history.LeaseOf(application);
        while (history.Partitions.FirstOrDefault(span => span.Began <= heard + Limit && span.Ended > heard) is { } partition && heard < lease)
            heard = partition.Ended < lease ? partition.Ended : lease;
        return heard + Limit;
    }

    private static IEnumerable<Violation> LostChanges(History history) =>
        from observation in history.Observations
        let last = history.ChangesOf[observation.Switch].Where(change => change.Sent < observation.Answered).MaxBy(change => change.Sent)
        where last is not null && last.Acknowledged < observation.Asked && last.Allows != observation.Allows
        select new Violation("acknowledged change lost", $"{observation.Switch} was {(last.Allows ? "on" : "off")} at {last.Acknowledged} and is not at {observation.Asked}");

    /// <summary>A gateway remembers its grants for as long as it lives, so each life must have recorded its own.</summary>
    private static IEnumerable<Violation> ServedWithoutRecord(History history)
    {
        var records = history.Records.ToLookup(record => (record.Session, record.Application));
        return from request in history.Requests
               let life = history.GatewayLives.LastOrDefault(life => life.Began <= request.Ended)
               let begun = life?.Began ?? TimeSpan.Zero
               where !records[(request.Access.Session, request.Access.Application)]
                   .Any(record => record.At >= begun - ClockTolerance && record.At <= request.Ended + ClockTolerance)
               select new Violation("served without record", $"{request.Access} at {request.Began}");
    }

    private static IEnumerable<Violation> MissingRecords(History history) =>
        from spool in history.Numbers.GroupBy(number => number.Spool, number => number.Number)
        let numbers = spool.Order().ToList()
        from place in Enumerable.Range(0, numbers.Count)
        where numbers[place] != place + 1
        select new Violation("record numbers", $"{spool.Key}: number {place + 1} is {(numbers[place] <= place ? "there twice" : "missing")}");
}

/// <summary>Something that must not have happened: which rule, and what exactly.</summary>
internal sealed record Violation(string Rule, string What);
