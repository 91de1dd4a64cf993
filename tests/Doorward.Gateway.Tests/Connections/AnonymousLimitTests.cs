using Doorward.Gateway.Connections;

namespace Doorward.Gateway.Tests.Connections;

public sealed class AnonymousLimitTests
{
    private readonly List<int> _left = [];
    private readonly AnonymousLimit _limit = new(2);

    [Fact]
    public void Pushes_out_who_has_been_there_longest()
    {
        for (var i = 0; i < 4; i++) Enter(i);
        Assert.Equal([0, 1], _left);
        Assert.Equal(2, _limit.Count);
    }

    [Fact]
    public void Gives_a_place_back_when_it_is_over()
    {
        Enter(0).Dispose();
        Enter(1);
        Enter(2);
        Assert.Empty(_left);
    }

    [Fact]
    public void Never_ends_what_is_over()
    {
        var first = Enter(0);
        first.Dispose();
        first.Dispose();
        first.PushOut();
        Assert.Empty(_left);
        Assert.Equal(0, _limit.Count);
    }

    private AnonymousLimit.Place Enter(int number) => _limit.Enter(() => _left.Add(number));
}
