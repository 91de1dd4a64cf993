using System.Net;
using Doorward.Control.Identity.SignIns;
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

    private Task<FactorResult> TryAsync(string name) => Checks.PasswordAsync(name, AuthHost.Password, Stranger, CancellationToken.None);

    private async Task FailAsync(string name, int times)
    {
        for (var i = 0; i < times; i++)
            await Limits.FailedAsync(name, Stranger, known: false, CancellationToken.None);
    }
}
