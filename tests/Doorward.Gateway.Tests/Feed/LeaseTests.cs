using Doorward.Gateway.Feed;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Gateway.Tests.Feed;

public sealed class LeaseTests
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(60);
    private readonly TwoClocks _clock = new();

    [Fact]
    public void Covers_nothing_before_the_first_answer()
    {
        Assert.False(new Lease(_clock).Covers(Length));
    }

    [Fact]
    public void Runs_from_sending_the_ping_not_from_the_answer()
    {
        var lease = new Lease(_clock);
        var sent = lease.Now();
        _clock.Advance(TimeSpan.FromSeconds(30));
        lease.Renew(sent);

        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.True(lease.Covers(Length));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(lease.Covers(Length));
    }

    [Fact]
    public void Ends_when_the_wall_clock_moved_on_in_suspend()
    {
        var lease = new Lease(_clock);
        lease.Renew(lease.Now());

        _clock.Wall += TimeSpan.FromHours(1);

        Assert.False(lease.Covers(Length));
    }

    [Fact]
    public void Ends_by_the_monotonic_clock_when_the_wall_clock_was_set_back()
    {
        var lease = new Lease(_clock);
        lease.Renew(lease.Now());

        _clock.Wall -= TimeSpan.FromHours(1);
        Assert.True(lease.Covers(Length));
        _clock.Advance(Length);

        Assert.False(lease.Covers(Length));
    }

    [Fact]
    public void Is_not_shortened_by_an_older_answer_that_comes_late()
    {
        var lease = new Lease(_clock);
        var old = lease.Now();
        _clock.Advance(TimeSpan.FromSeconds(50));
        lease.Renew(lease.Now());
        lease.Renew(old);

        _clock.Advance(TimeSpan.FromSeconds(20));

        Assert.True(lease.Covers(Length));
    }

    /// <summary>A wall clock that can be set apart from the monotonic one.</summary>
    private sealed class TwoClocks : FakeTimeProvider
    {
        public TimeSpan Wall { get; set; }

        public override long GetTimestamp() => base.GetUtcNow().Ticks;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Wall;
    }
}
