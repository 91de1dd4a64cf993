using System.Net;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Console.Tests.Identity;

public sealed class SignInLimitsTests : IAsyncLifetime
{
    private static readonly AttemptSource Stranger = new(IPAddress.Parse("192.0.2.7"));
    private AuthHost host = null!;

    private SignInLimits Limits => host.Services.GetRequiredService<SignInLimits>();

    private FactorChecks Checks => host.Services.GetRequiredService<FactorChecks>();

    public async ValueTask InitializeAsync() => host = await AuthHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Makes_guessers_wait_longer_and_longer()
    {
        await host.AddPersonAsync("alice");
        await FailAsync("alice", 5);
        Assert.IsType<FactorResult.TooMany>(await TryAsync("alice"));
        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<FactorResult.Proved>(await TryAsync("alice"));
        await FailAsync("alice", 5);
        host.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.IsType<FactorResult.TooMany>(await TryAsync("alice"));
    }

    [Fact]
    public async Task Locks_an_account_after_a_hundred_failures_in_a_row_until_an_administrator_unlocks_it()
    {
        await host.AddPersonAsync("alice");
        await host.AddPersonAsync("bob");
        await FailAsync("alice", 100);
        host.Time.Advance(TimeSpan.FromDays(400));
        Assert.Equal(new FactorResult.TooMany(Timeout.InfiniteTimeSpan), await TryAsync("alice"));
        Assert.IsType<FactorResult.Proved>(await TryAsync("bob"));
        await Limits.UnlockAsync("alice", CancellationToken.None);
        Assert.IsType<FactorResult.Proved>(await TryAsync("alice"));
    }

    [Fact]
    public async Task Lets_a_browser_in_that_the_person_used_before_while_strangers_are_locked_out()
    {
        var alice = await host.AddPersonAsync("alice");
        await FailAsync("alice", 100);
        var known = Stranger with { KnownBrowser = new KnownBrowser(alice.Id, "brw_1") };
        Assert.IsType<FactorResult.Proved>(await Checks.PasswordAsync("alice", AuthHost.Password, known, CancellationToken.None));
        var somebodyElses = Stranger with { KnownBrowser = new KnownBrowser("sub_other", "brw_1") };
        Assert.IsType<FactorResult.TooMany>(await Checks.PasswordAsync("alice", AuthHost.Password, somebodyElses, CancellationToken.None));
    }

    [Fact]
    public async Task Treats_names_that_nobody_bears_the_same()
    {
        await FailAsync("nobody", 100);
        Assert.Equal(new FactorResult.TooMany(Timeout.InfiniteTimeSpan), await TryAsync("nobody"));
    }

    [Fact]
    public async Task Stops_one_line_that_tries_many_names_and_lets_others_go_on()
    {
        await host.AddPersonAsync("alice");
        for (var i = 0; i < 300; i++)
            await Limits.FailedAsync($"name{i}", Stranger, known: false, CancellationToken.None);
        Assert.IsType<FactorResult.TooMany>(await TryAsync("alice"));
        Assert.IsType<FactorResult.Proved>(await Checks.PasswordAsync("alice", AuthHost.Password, new AttemptSource(IPAddress.Parse("198.51.100.1")), CancellationToken.None));
    }

    [Theory]
    [InlineData("ALICE K")]
    [InlineData(" alice k ")]
    public async Task Counts_every_spelling_of_a_name_as_the_same_name(string spelling)
    {
        await host.AddPersonAsync("alice k");
        Assert.IsType<FactorResult.Proved>(await TryAsync(spelling));
        for (var i = 0; i < SignInLimits.FreeFailures; i++)
            Assert.IsType<FactorResult.Refused>(await GuessAsync("alice k", Stranger));
        Assert.IsType<FactorResult.TooMany>(await TryAsync(spelling));
    }

    [Fact]
    public async Task Knows_people_by_their_name_only_so_that_an_address_is_no_second_way_to_guess()
    {
        await host.AddPersonAsync("alice");
        Assert.IsType<FactorResult.Refused>(await TryAsync("alice@example.test"));
        Assert.IsType<FactorResult.Proved>(await TryAsync("alice"));
    }

    [Fact]
    public async Task Counts_guesses_at_one_account_from_many_addresses_together()
    {
        await host.AddPersonAsync("alice");
        for (var i = 0; i < SignInLimits.FreeFailures; i++)
            Assert.IsType<FactorResult.Refused>(await GuessAsync("alice", new AttemptSource(IPAddress.Parse($"198.51.{i}.1"))));
        Assert.IsType<FactorResult.TooMany>(await GuessAsync("alice", new AttemptSource(IPAddress.Parse("203.0.113.9"))));
    }

    [Fact]
    public async Task Counts_codes_and_passwords_together_and_a_right_password_alone_forgives_nothing()
    {
        await host.AddPersonAsync("alice");
        var progress = Assert.IsType<FactorResult.Proved>(await TryAsync("alice")).Progress;
        for (var i = 0; i < SignInLimits.FreeFailures; i++)
        {
            Assert.IsType<FactorResult.Refused>(await Checks.CodeAsync(progress, "000000", Stranger, CancellationToken.None));
            if (i < SignInLimits.FreeFailures - 1)
                Assert.IsType<FactorResult.Proved>(await TryAsync("alice"));
        }
        Assert.IsType<FactorResult.TooMany>(await Checks.CodeAsync(progress, host.Code(), Stranger, CancellationToken.None));
        Assert.IsType<FactorResult.TooMany>(await Checks.RecoveryCodeAsync(progress, "0000-0000-0000-0000", Stranger, CancellationToken.None));
    }

    [Fact]
    public async Task Lets_no_more_guesses_through_at_the_same_time_than_are_free_and_running()
    {
        await host.AddPersonAsync("alice");
        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => GuessAsync("alice", Stranger))));
        Assert.InRange(results.Count(result => result is FactorResult.Refused), 1, SignInLimits.FreeFailures + Math.Max(1, Environment.ProcessorCount));
        Assert.Contains(results, result => result is FactorResult.TooMany);
    }

    [Theory]
    [InlineData("192.0.2.200", true)]
    [InlineData("192.0.3.1", false)]
    public async Task Stops_a_neighbourhood_whose_lines_take_turns(string address, bool stopped)
    {
        await host.AddPersonAsync("alice");
        await using (var db = host.OpenDb())
        {
            for (var line = 1; line <= 4; line++)
                await Limits.FailedAsync($"name{line}", new AttemptSource(IPAddress.Parse($"192.0.2.{line}")), known: false, CancellationToken.None);
            var counter = (await db.RateLimits.ToListAsync()).Single(counter => counter.Key.StartsWith("neighbourhood:", StringComparison.Ordinal));
            Assert.Equal(4, counter.Count);
            counter.Count = 1_000;
            await db.SaveChangesAsync();
        }
        var result = await Checks.PasswordAsync("alice", AuthHost.Password, new AttemptSource(IPAddress.Parse(address)), CancellationToken.None);
        Assert.Equal(stopped, result is FactorResult.TooMany);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_lengthens_no_wait()
    {
        await host.AddPersonAsync("alice");
        await FailAsync("alice", SignInLimits.FreeFailures);
        await using (var db = host.OpenDb())
        {
            var later = host.Time.GetUtcNow().AddDays(1);
            (await db.Failures.SingleAsync()).LastFailure = later;
            foreach (var place in await db.RateLimits.ToListAsync())
                (place.Window, place.Count) = (later, 5_000);
            await db.SaveChangesAsync();
        }
        var wait = Assert.IsType<FactorResult.TooMany>(await TryAsync("alice")).Wait;
        Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        host.Time.Advance(TimeSpan.FromSeconds(1));
        wait = Assert.IsType<FactorResult.TooMany>(await TryAsync("alice")).Wait; // of the address
        Assert.InRange(wait, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(15));
        host.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.IsType<FactorResult.Proved>(await TryAsync("alice"));
    }

    private Task<FactorResult> GuessAsync(string name, AttemptSource source) => Checks.PasswordAsync(name, "not the password at all", source, CancellationToken.None);

    private Task<FactorResult> TryAsync(string name) => Checks.PasswordAsync(name, AuthHost.Password, Stranger, CancellationToken.None);

    private async Task FailAsync(string name, int times)
    {
        for (var i = 0; i < times; i++)
            await Limits.FailedAsync(name, Stranger, known: false, CancellationToken.None);
    }
}
