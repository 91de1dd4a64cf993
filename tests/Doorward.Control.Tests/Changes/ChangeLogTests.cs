using Doorward.Control.Changes;
using Doorward.Control.Storage;
using Doorward.Core.Protocol;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Changes;

public sealed class ChangeLogTests
{
    [Fact]
    public async Task Revisions_have_no_gap_and_no_twin_under_fifty_parallel_writers()
    {
        await using var test = await TestInstallation.CreateAsync();
        var before = await HeadAsync(test);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(writer => Task.Run(async () =>
        {
            for (var round = 0; round < 4; round++)
            {
                await test.AddUserAsync($"user-{writer}-{round}");
            }
        })));

        var changes = await LogAsync(test, before);
        Assert.Equal(Enumerable.Range(1, 200).Select(n => before + n), changes.Select(change => change.Revision));
        Assert.Equal(before + 200, await HeadAsync(test));
    }

    [Fact]
    public async Task A_failed_save_takes_no_revision()
    {
        await using var test = await TestInstallation.CreateAsync();
        await test.AddUserAsync("alice");
        var before = await HeadAsync(test);

        await Assert.ThrowsAsync<DbUpdateException>(() => test.AddUserAsync("alice"));
        await test.AddUserAsync("bob");

        Assert.Equal(before + 1, Assert.Single(await LogAsync(test, before)).Revision);
    }

    [Fact]
    public async Task The_changes_of_one_transaction_are_consecutive_and_only_the_last_is_marked()
    {
        await using var test = await TestInstallation.CreateAsync();
        var before = await HeadAsync(test);
        await using var db = test.Open();

        await db.WriteAsync(async ct =>
        {
            db.Resources.Add(Group("one"));
            db.Resources.Add(Group("two"));
            await db.SaveChangesAsync(ct);
            db.Resources.Add(Group("three"));
            await db.SaveChangesAsync(ct);
        }, CancellationToken.None);

        Assert.Equal([false, false, true], (await LogAsync(test, before)).Select(change => change.Last));
    }

    [Fact]
    public async Task What_no_gateway_needs_to_know_is_no_change()
    {
        await using var test = await TestInstallation.CreateAsync();
        var user = await test.AddUserAsync("alice");
        var before = await HeadAsync(test);
        await using var db = test.Open();

        (await db.Users.SingleAsync(u => u.Id == user.Id)).AccessFailedCount = 3;
        await db.SaveChangesAsync();

        Assert.Empty(await LogAsync(test, before));
    }

    [Fact]
    public async Task An_entity_that_was_loaded_elsewhere_is_told_even_though_nothing_shows_what_changed()
    {
        await using var test = await TestInstallation.CreateAsync();
        var user = await test.AddUserAsync("alice");
        var before = await HeadAsync(test);
        user.Email = "alice@example.org";
        await using var db = test.Open();

        db.Users.Update(user);
        await db.SaveChangesAsync();

        Assert.Equal("alice@example.org", Assert.Single(await LogAsync(test, before)).Subject.Email);
    }

    [Fact]
    public async Task Disabling_a_user_ends_the_sessions_in_the_same_transaction()
    {
        await using var test = await TestInstallation.CreateAsync();
        var user = await test.AddUserAsync("alice");
        var session = (await test.SignInAsync(user)).Session;
        var other = (await test.SignInAsync(await test.AddUserAsync("bob"))).Session;
        var before = await HeadAsync(test);
        await using var db = test.Open();

        (await db.Users.SingleAsync(u => u.Id == user.Id)).Disabled = true;
        await db.SaveChangesAsync();

        var changes = await LogAsync(test, before);
        Assert.Equal([false, true], changes.Select(change => change.Last));
        Assert.Contains(changes, change => change.Subject is { Disabled: true });
        Assert.Equal(session.Id, Assert.Single(changes, change => change.SessionEnded is not null).SessionEnded.SessionId);
        Assert.Null((await db.Sessions.AsNoTracking().SingleAsync(s => s.Id == other.Id)).Ended);
    }

    [Fact]
    public async Task A_publication_carries_the_revision_it_takes_effect_with_and_past_sets_can_be_had_again()
    {
        await using var test = await TestInstallation.CreateAsync();
        var before = await HeadAsync(test);
        await using var db = test.Open();
        var first = new Publication { At = test.Time.GetUtcNow(), By = "test", Added = { Policy("a", 1), Policy("b", 1) } };
        db.Publications.Add(first);
        await db.SaveChangesAsync();
        var second = new Publication { At = test.Time.GetUtcNow(), By = "test", Added = { Policy("a", 2) } };
        second.Retired.AddRange(first.Added);
        db.Publications.Add(second);
        await db.SaveChangesAsync();

        var changes = await LogAsync(test, before);
        Assert.Equal([first.Revision, second.Revision], changes.Select(change => change.Revision));
        Assert.Equal(["b"], changes[1].Policies.Removed);
        Assert.Equal(2, Assert.Single(changes[1].Policies.Put).Version);
        Assert.Equal(["a", "b"], await db.Policies.Where(p => p.AddedById <= first.Id && (p.RetiredById == null || p.RetiredById > first.Id)).Select(p => p.Name).OrderBy(n => n).ToListAsync());
    }

    [Fact]
    public async Task The_log_holds_no_cookie_key()
    {
        await using var test = await TestInstallation.CreateAsync();
        test.Time.Advance(TimeSpan.FromDays(31));
        var before = await HeadAsync(test);
        await using var db = test.Open();

        await test.Services.GetRequiredService<CookieKeyRing>().RotateAsync(db, CancellationToken.None);

        Assert.Empty(Assert.Single(await LogAsync(test, before)).CookieKeys.Keys);
        Assert.Equal(2, (await test.Services.GetRequiredService<CookieKeyRing>().ListAsync(db, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task Retention_forgets_the_oldest_and_sends_who_needs_them_a_snapshot()
    {
        await using var test = await TestInstallation.CreateAsync();
        await test.AddUserAsync("alice");
        var early = await HeadAsync(test);
        await test.AddUserAsync("bob");
        test.Time.Advance(TimeSpan.FromDays(8));
        var late = await HeadAsync(test);
        await test.AddUserAsync("carol");
        var log = test.Services.GetRequiredService<ChangeLog>();

        await log.TrimAsync(TimeSpan.FromDays(7), CancellationToken.None);

        var epoch = (await log.HeadAsync(CancellationToken.None)).Epoch;
        Assert.False(await log.CanReplayAsync(new LogPosition(epoch, early - 1), CancellationToken.None));
        Assert.True(await log.CanReplayAsync(new LogPosition(epoch, late), CancellationToken.None));
    }

    private static async Task<long> HeadAsync(TestInstallation test) => (await test.Services.GetRequiredService<ChangeLog>().HeadAsync(CancellationToken.None)).Revision;

    private static async Task<IReadOnlyList<Change>> LogAsync(TestInstallation test, long after) =>
        await test.Services.GetRequiredService<ChangeLog>().ReadAsync(after, 1000, CancellationToken.None);

    private static PolicyVersion Policy(string name, long version) => new() { Name = name, Version = version, Cedar = "permit(principal, action, resource);" };

    private static ResourceDocument Group(string name) => new()
    {
        Kind = ResourceKinds.Group,
        Name = name,
        Json = """{"members":[],"groups":[]}""",
        Created = default,
        Updated = default,
        UpdatedBy = "test",
    };
}
