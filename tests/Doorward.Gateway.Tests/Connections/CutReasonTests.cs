using System.Text;
using Doorward.Core.Evaluations;
using Doorward.Gateway.Connections;

namespace Doorward.Gateway.Tests.Connections;

public sealed class CutReasonTests
{
    private const string Reference = "dec_5wx1d3am6t8e3atr2gzp";

    [Fact]
    public void Says_what_is_known_and_the_reference() => Assert.Equal(
        $"an administrator ended this session: lost laptop ({Reference})",
        TextOf("an administrator ended this session: lost laptop"));

    // RFC 6455 section 5.5: what does not fit would break the connection instead of closing it in words.
    [Theory]
    [InlineData("x", 90)]
    [InlineData("\u00E9", 300)]
    [InlineData("\U0001F512", 200)]
    public void Fits_into_a_close_frame_with_the_reference_whole(string letter, int times)
    {
        var words = "an administrator ended this session: " + string.Concat(Enumerable.Repeat(letter, times));
        var bytes = new CutReason(DecisionCause.SessionEnded, Reference, words).ToCloseText();
        var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);

        Assert.InRange(bytes.Length, 117, 123);
        Assert.EndsWith($"... ({Reference})", text, StringComparison.Ordinal);
        Assert.StartsWith("an administrator ended this session: ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_cause_has_words_of_its_own_or_is_policys() => Assert.All(
        Enum.GetValues<DecisionCause>(), cause => Assert.Matches("^[a-z][a-z, -]+[a-z]$", CutReason.WordsOf(cause)));

    private static string TextOf(string words) => Encoding.UTF8.GetString(new CutReason(DecisionCause.SessionEnded, Reference, words).ToCloseText());
}
