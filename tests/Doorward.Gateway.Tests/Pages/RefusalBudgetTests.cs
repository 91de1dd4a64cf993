using Doorward.Gateway.Pages;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Gateway.Tests.Pages;

public sealed class RefusalBudgetTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void Lets_so_many_of_a_source_through_and_others_beside_it()
    {
        var budget = new RefusalBudget(_clock, perSource: 3, inAll: 100);

        Assert.Equal(3, Enumerable.Range(0, 50).Count(_ => budget.TryTake("loop")));
        Assert.True(budget.TryTake("somebody else"));
    }

    [Fact]
    public void Lets_so_many_through_in_all_from_however_many_sources()
    {
        var budget = new RefusalBudget(_clock, perSource: 3, inAll: 10);

        Assert.Equal(10, Enumerable.Range(0, 1000).Count(source => budget.TryTake($"{source}")));
    }

    [Fact]
    public void Begins_anew_each_minute()
    {
        var budget = new RefusalBudget(_clock, perSource: 1, inAll: 1);

        Assert.True(budget.TryTake("a"));
        Assert.False(budget.TryTake("a"));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(budget.TryTake("a"));
    }
}
