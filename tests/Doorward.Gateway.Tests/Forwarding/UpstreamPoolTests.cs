using Doorward.Core.Applications;
using Doorward.Gateway.Forwarding;
using Doorward.Gateway.Tests.Running;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Gateway.Tests.Forwarding;

public sealed class UpstreamPoolTests
{
    private static readonly ApplicationDefinition s_application =
        new() { Name = "wiki", Upstreams = [new(new Uri("http://127.0.0.1:1")), new(new Uri("http://127.0.0.1:2"))] };

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Prefers_the_upstream_with_fewer_requests()
    {
        using var pool = Pool();
        pool.Upstreams[0].Begin();
        Assert.All(Enumerable.Range(0, 4), _ => Assert.Same(pool.Upstreams[1], pool.Choose()));
    }

    [Fact]
    public void Rests_an_unreachable_upstream_for_ten_seconds()
    {
        using var pool = Pool();
        pool.Upstreams[0].Failed(unreachable: true);
        Assert.All(Enumerable.Range(0, 4), _ => Assert.Same(pool.Upstreams[1], pool.Choose()));
        _time.Advance(Upstream.Rest);
        Assert.Contains(pool.Upstreams[0], Enumerable.Range(0, 4).Select(_ => pool.Choose()));
    }

    [Fact]
    public void Forgives_a_single_slow_answer_but_not_three_in_a_row()
    {
        using var pool = Pool();
        var upstream = pool.Upstreams[0];
        upstream.Failed(unreachable: false);
        upstream.Failed(unreachable: false);
        upstream.Succeeded();
        upstream.Failed(unreachable: false);
        Assert.True(upstream.IsHealthy);
        upstream.Failed(unreachable: false);
        upstream.Failed(unreachable: false);
        Assert.False(upstream.IsHealthy);
    }

    [Fact]
    public void Takes_a_probe_at_its_word()
    {
        using var pool = Pool();
        pool.Upstreams[1].Probed(healthy: false);
        Assert.All(Enumerable.Range(0, 4), _ => Assert.Same(pool.Upstreams[0], pool.Choose()));
        pool.Upstreams[1].Probed(healthy: true);
        Assert.True(pool.Upstreams[1].IsHealthy);
    }

    [Fact]
    public void Says_how_an_upstream_is_only_when_a_check_or_a_request_has_shown_it()
    {
        using var pool = Pool();
        Assert.All(pool.Upstreams, upstream => Assert.Null(upstream.Seen));
        pool.Upstreams[0].Probed(healthy: false);
        pool.Upstreams[1].Failed(unreachable: true);
        Assert.All(pool.Upstreams, upstream => Assert.False(upstream.Seen));
        pool.Upstreams[0].Probed(healthy: true);
        Assert.True(pool.Upstreams[0].Seen);
        _time.Advance(Upstream.Rest);
        Assert.Null(pool.Upstreams[1].Seen);
    }

    [Fact]
    public void Tries_all_when_none_is_healthy()
    {
        using var pool = Pool();
        foreach (var upstream in pool.Upstreams) upstream.Probed(healthy: false);
        Assert.NotNull(pool.Choose());
    }

    [Fact]
    public void Has_nothing_to_choose_from_without_upstreams()
    {
        using var pool = UpstreamPool.Create(s_application with { Upstreams = [] }, Reach.FromHere(_time), _time).Pool;
        Assert.Null(pool.Choose());
    }

    private UpstreamPool Pool() => UpstreamPool.Create(s_application, Reach.FromHere(_time), _time).Pool;
}
