namespace Doorward.Cli.Bench;

/// <summary>
/// Something after which the policy says no. Doing it tells, for each person of the round, when the change was issued and
/// when it was acknowledged.
/// </summary>
internal sealed record Cause(string Name, bool ByClock, Func<Round, CancellationToken, Task<Moment[]>> DoAsync);

/// <summary>Timestamps of the monotonic clock. Where the clock is the cause they are the same: the moment that had been set.</summary>
internal readonly record struct Moment(long Issued, long Acknowledged);

/// <summary>Every cause, in the words of the design.</summary>
internal static class Causes
{
    // Long enough for the change to be applied, short enough to wait for.
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(3);

    public static IReadOnlyList<Cause> All { get; } =
    [
        new("session-revoked", false, (round, cancel) => EachAsync(round, person =>
            round.Installation.Administration.PostAsync("sessions/revoke", new System.Text.Json.Nodes.JsonObject { ["id"] = person.Session }, cancel))),
        new("user-disabled", false, (round, cancel) => EachAsync(round, person =>
            round.Installation.ApplyAsync(BenchResources.Disabled(person), cancel))),
        new("group-left", false, (round, cancel) => OnceAsync(round, () =>
            round.Installation.ApplyAsync(BenchResources.Group([]), cancel))),
        new("policy-changed", false, (round, cancel) => OnceAsync(round, () =>
            round.Installation.ApplyAsync(BenchResources.Policy("principal in Group::\"nobody\""), cancel))),
        new("application-deleted", false, (round, cancel) => OnceAsync(round, () =>
            round.Installation.Administration.DeleteAsync($"applications/{BenchResources.Measured}", cancel))),
        new("sign-in-too-old", true, GrowOldAsync),
        new("hour-over", true, EndHourAsync),
    ];

    private static async Task<Moment[]> EachAsync(Round round, Func<Person, Task> change)
    {
        var moments = new List<Moment>();
        foreach (var person in round.People)
            moments.Add(await TimeAsync(() => change(person)));
        return [.. moments];
    }

    private static async Task<Moment[]> OnceAsync(Round round, Func<Task> change)
    {
        var moment = await TimeAsync(change);
        return [.. round.People.Select(_ => moment)];
    }

    // The first sign-in is too old in a while from now, the others as much later as they were made.
    private static async Task<Moment[]> GrowOldAsync(Round round, CancellationToken cancel)
    {
        var now = TimeProvider.System.GetUtcNow();
        var age = TimeSpan.FromSeconds(Math.Ceiling((now + Ahead - round.People.Min(person => person.Authenticated)).TotalSeconds));
        await round.Installation.ApplyAsync(round.Resources.Application($"maxSignInAge: {age.TotalSeconds}s"), cancel);
        return [.. round.People.Select(person => At(person.Authenticated + age))];
    }

    private static async Task<Moment[]> EndHourAsync(Round round, CancellationToken cancel)
    {
        var later = TimeProvider.System.GetUtcNow() + Ahead;
        var end = new DateTimeOffset(later.Ticks - later.Ticks % TimeSpan.TicksPerSecond + TimeSpan.TicksPerSecond, TimeSpan.Zero);
        await round.Installation.ApplyAsync(BenchResources.PolicyUntil(end), cancel);
        return [.. round.People.Select(_ => At(end))];
    }

    private static async Task<Moment> TimeAsync(Func<Task> change)
    {
        var issued = TimeProvider.System.GetTimestamp();
        await change();
        return new Moment(issued, TimeProvider.System.GetTimestamp());
    }

    private static Moment At(DateTimeOffset moment)
    {
        var clock = TimeProvider.System;
        var at = clock.GetTimestamp() + (long)((moment - clock.GetUtcNow()).TotalSeconds * clock.TimestampFrequency);
        return new Moment(at, at);
    }
}
