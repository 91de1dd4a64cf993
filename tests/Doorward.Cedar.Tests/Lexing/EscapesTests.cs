using Doorward.Cedar.Lexing;

namespace Doorward.Cedar.Tests.Lexing;

public sealed class EscapesTests
{
    [Theory]
    [InlineData("plain é 😀", "plain é 😀")]
    [InlineData(@"\n\r\t\\\0\'\""", "\n\r\t\\\0'\"")]
    [InlineData(@"\x41\x7f", "A\x7f")]
    [InlineData(@"\u{41}\u{1F600}\u{1_F_600}", "A😀😀")]
    [InlineData("line\nbreak", "line\nbreak")]
    public void Reads_what_the_reference_reads(string raw, string expected)
    {
        Assert.True(Escapes.TryUnescape(raw, out var value, out _));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData(@"ab\q", 2, 2)]
    [InlineData(@"\x80", 0, 4)]
    [InlineData(@"\x4", 0, 3)]
    [InlineData(@"\u{}", 0, 2)]
    [InlineData(@"\u{_41}", 0, 2)]
    [InlineData(@"\u{1111111}", 0, 2)]
    [InlineData(@"\u{d800}", 0, 8)]
    [InlineData(@"\u{110000}", 0, 10)]
    [InlineData(@"\u41", 0, 2)]
    [InlineData(@"\*", 0, 2)]
    [InlineData("a\rb", 1, 1)]
    public void Refuses_what_the_reference_refuses_and_says_where(string raw, int start, int length)
    {
        Assert.False(Escapes.TryUnescape(raw, out _, out var problem));
        Assert.Equal((start, length), (problem.Span.Start, problem.Span.Length));
        Assert.NotEmpty(problem.Message);
    }

    // Not a row above: an attribute cannot hold half of a character.
    [Fact]
    public void Refuses_half_of_a_character() => Assert.False(Escapes.TryUnescape("a\ud83d", out _, out _));

    [Theory]
    [InlineData("a*b", new[] { "a", "b" })]
    [InlineData(@"a\*b", new[] { "a*b" })]
    [InlineData("**", new[] { "", "", "" })]
    [InlineData(@"\u{2a}", new[] { "", "" })]
    public void Cuts_patterns_at_their_stars(string raw, string[] expected)
    {
        Assert.True(Escapes.TryReadPattern(raw, out var pieces, out _));
        Assert.Equal(expected, pieces);
    }

    [Fact]
    public void Prints_what_could_fool_the_eye_as_escapes() =>
        Assert.Equal(@"""\u{202e}\u{7}\u{200b}\u{2028}é😀""", CedarText.Quote("\u202e\a\u200b\u2028é😀"));
}
