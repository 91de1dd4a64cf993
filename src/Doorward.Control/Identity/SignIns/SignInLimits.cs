using System.Security.Cryptography;
using System.Text;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Identity.SignIns;

/// <summary>
/// How often sign-in may fail, kept in the database so that restarts forget nothing: per account with growing waits and
/// a lock at 100 in a row, per line, per neighbourhood, and in all. A browser that the person signed in with before has
/// a count of its own, so that strangers cannot lock anyone out of the places they work from.
/// </summary>
public sealed class SignInLimits(IDbContextFactory<DoorwardDb> databases, TimeProvider time)
{
    internal const int FreeFailures = 5;
    internal const int LockedAt = 100;
    internal const int KnownBrowserTrust = 20;
    private const int PerLine = 300;
    private const int PerNeighbourhood = 1_000;
    private const int InAll = 5_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    /// <summary>Null when an attempt may be made now, otherwise how long to wait.</summary>
    internal async Task<TimeSpan?> WaitAsync(string name, AttemptSource source, bool known, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var now = time.GetUtcNow();
        await SettleAsync(db, source, [AccountKey(name)], now, cancel);
        if (known && source.KnownBrowser is { } browser)
        {
            var own = await CountAsync(db, BrowserKey(browser), cancel);
            if (own is null || own.Count < KnownBrowserTrust)
                return Remaining(own, now);
        }
        return Remaining(await CountAsync(db, AccountKey(name), cancel), now) ?? await PlacesWaitAsync(db, source, now, cancel);
    }

    /// <summary>
    /// The same for an answer by passkey. It cannot be guessed, so failed passwords and codes, which strangers can make up for
    /// anybody, do not keep its owner out: only failed answers with that person's passkeys do. No name: nobody's passkey is known.
    /// </summary>
    internal async Task<TimeSpan?> PasskeyWaitAsync(string? name, AttemptSource source, bool known, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        var now = time.GetUtcNow();
        await SettleAsync(db, source, name is null ? [] : [PasskeyKey(name)], now, cancel);
        if (known && source.KnownBrowser is { } browser && ((await CountAsync(db, BrowserKey(browser), cancel))?.Count ?? 0) < KnownBrowserTrust)
            return null;
        var own = name is null ? null : Remaining(await CountAsync(db, PasskeyKey(name), cancel), now);
        return own ?? await PlacesWaitAsync(db, source, now, cancel);
    }

    // A clock that was set back must not lengthen a wait: what lies in the future is taken to be of now, once.
    private static async Task SettleAsync(DoorwardDb db, AttemptSource source, string[] names, DateTimeOffset now, CancellationToken cancel)
    {
        string[] keys = source.KnownBrowser is { } browser ? [.. names, BrowserKey(browser)] : names;
        if (await db.Failures.AnyAsync(failures => keys.Contains(failures.Key) && failures.LastFailure > now, cancel))
            await db.Failures.Where(failures => keys.Contains(failures.Key) && failures.LastFailure > now)
                .ExecuteUpdateAsync(set => set.SetProperty(failures => failures.LastFailure, now), cancel);
        var places = Places(source).Select(place => place.Key).ToArray();
        if (await db.RateLimits.AnyAsync(counter => places.Contains(counter.Key) && counter.Window > now, cancel))
            await db.RateLimits.Where(counter => places.Contains(counter.Key) && counter.Window > now)
                .ExecuteUpdateAsync(set => set.SetProperty(counter => counter.Window, now), cancel);
    }

    private static async Task<TimeSpan?> PlacesWaitAsync(DoorwardDb db, AttemptSource source, DateTimeOffset now, CancellationToken cancel)
    {
        var keys = Places(source).Select(place => place.Key).ToArray();
        var counters = await db.RateLimits.AsNoTracking().Where(counter => keys.Contains(counter.Key)).ToListAsync(cancel);
        var full = counters.FirstOrDefault(counter => counter.Window + Window > now && Places(source).Any(place => place.Key == counter.Key && counter.Count >= place.Most));
        return full is null ? null : full.Window + Window - now;
    }

    internal async Task FailedAsync(string name, AttemptSource source, bool known, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        await db.WriteAsync(stop => CountAsync(db, name, source, known, stop), cancel);
    }

    /// <summary>
    /// Counts a failed answer by passkey: like a failed password for the account and the places, and for the passkeys of that
    /// person beside. No name: the places only.
    /// </summary>
    internal async Task PasskeyFailedAsync(string? name, AttemptSource source, bool known, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        await db.WriteAsync(async stop =>
        {
            if (name is not null)
            {
                await RaiseAsync(db, PasskeyKey(name), time.GetUtcNow(), stop);
                await CountAsync(db, name, source, known, stop);
                return;
            }

            await CountPlacesAsync(db, source, time.GetUtcNow(), stop);
            await db.SaveChangesAsync(stop);
        }, cancel);
    }

    private async Task CountAsync(DoorwardDb db, string name, AttemptSource source, bool known, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var trusted = known && source.KnownBrowser is { } browser && ((await CountAsync(db, BrowserKey(browser), stop))?.Count ?? 0) < KnownBrowserTrust;
        await RaiseAsync(db, trusted ? BrowserKey(source.KnownBrowser!) : AccountKey(name), now, stop);
        await CountPlacesAsync(db, source, now, stop);
        await db.SaveChangesAsync(stop);
    }

    private static async Task CountPlacesAsync(DoorwardDb db, AttemptSource source, DateTimeOffset now, CancellationToken stop)
    {
        foreach (var (key, _) in Places(source))
        {
            var counter = await db.RateLimits.FindAsync([key], stop) ?? db.RateLimits.Add(new RateLimitCounter { Key = key, Window = now, Count = 0 }).Entity;
            if (counter.Window + Window <= now)
                (counter.Window, counter.Count) = (now, 0);
            counter.Count++;
        }
    }

    /// <summary>A complete sign-in ends the run of failures of the account, and of the browser it was made with.</summary>
    internal async Task SucceededAsync(string name, KnownBrowser? browser, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        string[] keys = browser is null ? [AccountKey(name), PasskeyKey(name)] : [AccountKey(name), PasskeyKey(name), BrowserKey(browser)];
        await db.Failures.Where(failures => keys.Contains(failures.Key)).ExecuteDeleteAsync(cancel);
    }

    /// <summary>What an administrator does for someone who is locked out.</summary>
    public Task UnlockAsync(string name, CancellationToken cancel) => SucceededAsync(name, null, cancel);

    private static TimeSpan? Remaining(FailureCounter? counter, DateTimeOffset now)
    {
        if (counter is null || counter.Count < FreeFailures)
            return null;
        if (counter.Count >= LockedAt)
            return Timeout.InfiniteTimeSpan;
        var wait = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, counter.Count - FreeFailures), LongestWait.TotalSeconds));
        var remaining = counter.LastFailure + wait - now;
        return remaining <= TimeSpan.Zero ? null : remaining;
    }

    private static async Task<FailureCounter?> CountAsync(DoorwardDb db, string key, CancellationToken cancel) =>
        await db.Failures.AsNoTracking().SingleOrDefaultAsync(failures => failures.Key == key, cancel);

    private static async Task RaiseAsync(DoorwardDb db, string key, DateTimeOffset now, CancellationToken cancel)
    {
        var failures = await db.Failures.FindAsync([key], cancel)
            ?? db.Failures.Add(new FailureCounter { Key = key, Count = 0, LastFailure = now }).Entity;
        failures.Count++;
        failures.LastFailure = now;
    }

    private static (string Key, int Most)[] Places(AttemptSource source) =>
        [(Key("line", source.Line), PerLine), (Key("neighbourhood", source.Neighbourhood), PerNeighbourhood), (Key("all", ""), InAll)];

    // By the name that finds the person: one that is written otherwise (U+212A for K) must not have a count of its own.
    private static string AccountKey(string name) => Key("account", UserNames.Normalize(name));

    private static string PasskeyKey(string name) => Key("passkey", UserNames.Normalize(name));

    private static string BrowserKey(KnownBrowser browser) => Key("browser", $"{browser.UserId} {browser.BrowserId}");

    // Hashed: a name that someone mistyped may be their password, and addresses are personal.
    private static string Key(string kind, string value) => $"{kind}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)).AsSpan(0, 16))}";
}
