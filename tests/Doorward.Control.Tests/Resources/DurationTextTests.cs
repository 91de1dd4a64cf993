using Doorward.Control.Resources.Specs;

namespace Doorward.Control.Tests.Resources;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("30s", 30)]
    [InlineData("7d", 604_800)]
    [InlineData("36500d", 3_153_600_000)]
    public void Reads_what_operators_write(string text, long seconds)
    {
        Assert.True(DurationText.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData("36501d")]
    [InlineData("999999999d")]
    [InlineData("999999999h")]
    [InlineData("9999999999s")]
    [InlineData("-1d")]
    [InlineData("1")]
    [InlineData("1w")]
    public void Takes_nothing_that_is_no_duration_or_longer_than_a_life(string text) => Assert.False(DurationText.TryParse(text, out _));
}
