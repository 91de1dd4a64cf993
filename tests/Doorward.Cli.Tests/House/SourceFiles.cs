using System.Text.RegularExpressions;
using Doorward.Testing;

namespace Doorward.Cli.Tests.House;

/// <summary>The house rules of CONTRIBUTING.md that a machine can hold. Generated migrations are nobody's handwriting.</summary>
public partial class SourceFiles
{
    private static readonly string[] Handwritten =
        [.. Checkout.Files("*.cs").Concat(Checkout.Files("*.razor")).Where(file => !file.Contains("/Migrations/", StringComparison.Ordinal))];

    [Fact]
    public void No_file_is_longer_than_500_lines() =>
        Empty(Handwritten.Select(file => (file, lines: Checkout.Read(file).Split('\n').Length))
            .Where(entry => entry.lines > 500).Select(entry => $"{entry.file}: {entry.lines} lines"));

    [Fact]
    public void No_file_has_regions() => Empty(LinesThat(line => Region().IsMatch(line)));

    [Fact]
    public void No_type_is_named_by_a_word_that_says_nothing() => Empty(Declarations().Where(type => EmptyWords(type.Name).Any()).Select(type => $"{type.File}: {type.Name}"));

    [Fact]
    public void No_type_is_a_Service_unless_a_framework_calls_it_so() =>
        Empty(Declarations().Where(type => type.Name.EndsWith("Service", StringComparison.Ordinal) && !FrameworkService().IsMatch(type.Bases))
            .Select(type => $"{type.File}: {type.Name}"));

    [Theory]
    [InlineData("SessionManager")]
    [InlineData("StringUtils")]
    [InlineData("CommonOptions")]
    [InlineData("EntityBase")]
    [InlineData("FeedImpl")]
    public void The_rule_knows_the_empty_words(string name) => Assert.NotEmpty(EmptyWords(name));

    [Theory]
    [InlineData("Database")]
    [InlineData("Base32")]
    [InlineData("BaselineDrift")]
    [InlineData("CommonName")]
    public void The_rule_leaves_words_that_mean_something(string name) => Assert.Empty(EmptyWords(name));

    [Fact]
    public void Nothing_is_left_for_later_without_saying_where_it_is_tracked() => Empty(LinesThat(line => Unfinished().IsMatch(line)));

    [Fact]
    public void No_test_is_skipped_for_good() => Empty(LinesThat(line => SkippedForGood().IsMatch(line)));

    [Fact]
    public void A_suppressed_warning_carries_its_reason() => Empty(LinesThat(line => Suppression().IsMatch(line) && !line.Contains("//", StringComparison.Ordinal)));

    [Fact]
    public void Nothing_refers_to_a_place_outside_the_project()
    {
        // Spelled in halves, so that this file does not refer to them either.
        string[] outside = [".." + "/shared", "/wo" + "rk/"];
        var files = Checkout.Files("*").Where(file => file != ".ci/run" && IsText(file));
        Empty(files.Where(file => outside.Any(place => Checkout.Read(file).Contains(place, StringComparison.Ordinal))));
    }

    [Fact]
    public void The_product_never_speaks_of_a_trust_score()
    {
        var notAWord = "trust " + "score";
        Empty(Checkout.Files("*.cs").Concat(Checkout.Files("*.razor")).Where(file => Checkout.Read(file).Contains(notAWord, StringComparison.OrdinalIgnoreCase)));
    }

    private static void Empty(IEnumerable<string> findings) => Assert.True(!findings.Any(), string.Join('\n', findings));

    private static IEnumerable<string> LinesThat(Func<string, bool> matches) =>
        from file in Handwritten
        where !file.EndsWith("House/SourceFiles.cs", StringComparison.Ordinal)
        from line in Checkout.Read(file).Split('\n').Select((text, index) => (text, number: index + 1))
        where matches(line.text)
        select $"{file}:{line.number}: {line.text.Trim()}";

    private static IEnumerable<(string File, string Name, string Bases)> Declarations() =>
        from file in Handwritten
        from Match match in Declaration().Matches(Checkout.Read(file))
        select (file, match.Groups["name"].Value, match.Groups["rest"].Value);

    private static IEnumerable<string> EmptyWords(string name)
    {
        string[] words = [.. Word().Matches(name).Select(match => match.Value)];
        string[] anywhere = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities", "Impl"];
        return words.Intersect(anywhere)
            .Concat(words is [.., "Base"] ? ["Base"] : [])
            .Concat(words is ["Common", var second, ..] && second != "Name" ? ["Common"] : []);
    }

    private static bool IsText(string file) => Path.GetExtension(file) is not (".png" or ".ico" or ".woff2" or ".db" or ".gz");

    [GeneratedRegex(@"^\s*#\s*(end)?region\b")]
    private static partial Regex Region();

    [GeneratedRegex(@"(?m)^\s*(?:\[[^\]]*\]\s*)*(?:(?:public|internal|private|protected|sealed|abstract|static|partial|readonly|ref|file)\s+)*(?:class|record struct|record class|record|struct|interface|enum)\s+(?<name>[A-Z]\w*)(?<rest>[^{;]*)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"[A-Z]+(?![a-z])\d*|[A-Z][a-z]*\d*")]
    private static partial Regex Word();

    [GeneratedRegex(@":\s*(?:\w+\.)*\w+Base\b|BackgroundService|IHostedService")]
    private static partial Regex FrameworkService();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b(?!\(#\d+\))")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\[(Fact|Theory)\([^)]*\bSkip\s*=")]
    private static partial Regex SkippedForGood();

    [GeneratedRegex(@"#pragma warning disable")]
    private static partial Regex Suppression();
}
