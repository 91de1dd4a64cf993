using System.Text.RegularExpressions;
using Doorward.Testing;

namespace Doorward.Cli.Tests.House;

/// <summary>What the written pages promise: links that lead somewhere, words that are defined.</summary>
public partial class Pages
{
    private static readonly string[] Words =
    [
        "Subject", "Device", "Workload", "Principal", "Application", "Session", "Evidence", "Evaluation", "Decision", "Remedy", "Grant", "Connection",
        "Signal", "Posture", "Compliance", "Segment", "Network", "Connector", "Incident", "Route", "Lease", "Change log", "Feed", "Assertion", "Assurance",
    ];

    public static TheoryData<string> Markdown => [.. Checkout.Files("*.md")];

    [Theory]
    [MemberData(nameof(Markdown))]
    public void Every_link_leads_to_a_file_and_heading_that_exist(string page)
    {
        var broken = LinksOf(page).Where(link => !Resolves(page, link));
        Assert.True(!broken.Any(), $"{page}: {string.Join(", ", broken)}");
    }

    [Fact]
    public void A_link_to_nothing_is_found()
    {
        Assert.False(Resolves("README.md", "docs/no-such-page.md"));
        Assert.False(Resolves("README.md", "GLOSSARY.md#no-such-heading"));
        Assert.True(Resolves("README.md", "GLOSSARY.md"));
    }

    [Fact]
    public void The_glossary_defines_every_word_of_the_domain()
    {
        var glossary = Checkout.Read("GLOSSARY.md");
        Assert.All(Words, word => Assert.Contains($"**{word}**", glossary));
    }

    [Fact]
    public void The_readme_names_the_two_commands()
    {
        var readme = Checkout.Read("README.md");
        Assert.Contains("$ ./doorward up --demo\n", readme);
        Assert.Contains("$ ./test.sh\n", readme);
    }

    [Fact]
    public void Every_decision_record_is_numbered_once_and_says_its_status()
    {
        var records = Checkout.Files("*.md").Where(file => file.StartsWith("docs/adr/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(records);
        Assert.All(records, record => Assert.Matches(@"^docs/adr/\d{4}-[a-z0-9-]+\.md$", record));
        Assert.All(records, record => Assert.Contains("Status: ", Checkout.Read(record)));
        Assert.Equal(records.Count, records.Select(record => Path.GetFileName(record)[..4]).Distinct().Count());
    }

    private static IEnumerable<string> LinksOf(string page) =>
        Link().Matches(Fence().Replace(Checkout.Read(page), "")).Select(match => match.Groups[1].Value)
            .Where(link => !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith("mailto:", StringComparison.Ordinal));

    private static bool Resolves(string page, string link)
    {
        var (path, _, heading) = link.IndexOf('#') is var at and >= 0 ? (link[..at], '#', link[(at + 1)..]) : (link, '#', "");
        var target = path.Length == 0 ? page : Path.GetRelativePath(Checkout.Root, Path.GetFullPath(Path.Combine(Checkout.Root, Path.GetDirectoryName(page)!, path)));
        var full = Path.Combine(Checkout.Root, target);
        return heading.Length == 0
            ? File.Exists(full) || Directory.Exists(full)
            : File.Exists(full) && HeadingsOf(target).Contains(heading);
    }

    private static IEnumerable<string> HeadingsOf(string page) =>
        Heading().Matches(Fence().Replace(Checkout.Read(page), "")).Select(match =>
            NotInAnchor().Replace(match.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?ms)^```.*?^```")]
    private static partial Regex Fence();

    [GeneratedRegex(@"(?m)^#+\s+(.+)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();
}
