using System.Xml.Linq;
using Doorward.Testing;

namespace Doorward.Cli.Tests.House;

/// <summary>
/// The directions of ARCHITECTURE.md. Gateway, Agent and Control never see each other; they meet in Core/Protocol.
/// </summary>
public class ProjectReferences
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Doorward.Cedar"] = [],
        ["Doorward.Core"] = ["Doorward.Cedar"],
        ["Doorward.Control"] = ["Doorward.Core", "Doorward.Cedar"],
        ["Doorward.Console"] = ["Doorward.Control", "Doorward.Core", "Doorward.Cedar"],
        ["Doorward.Gateway"] = ["Doorward.Core", "Doorward.Cedar"],
        ["Doorward.Gateway.Host"] = ["Doorward.Gateway", "Doorward.Core", "Doorward.Cedar"],
        ["Doorward.Agent"] = ["Doorward.Core", "Doorward.Cedar"],
        ["Doorward.Agent.Host"] = ["Doorward.Agent", "Doorward.Core", "Doorward.Cedar"],
        ["Doorward.Cli"] = ["Doorward.Console", "Doorward.Control", "Doorward.Gateway", "Doorward.Core", "Doorward.Cedar"],
    };

    // The whole system is tested through its command line, and a measurement may set any part beside another.
    private static readonly string[] SeeEverything = ["Doorward.EndToEnd.Tests", "Doorward.Benchmarks"];

    public static TheoryData<string> Projects => [.. Checkout.Files("*.csproj")];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_only_to_what_its_place_allows(string project)
    {
        var name = Path.GetFileNameWithoutExtension(project);
        var allowed = AllowedFor(name);

        var forbidden = ReferencesOf(project).Where(reference => !allowed.Contains(reference));

        Assert.True(!forbidden.Any(), $"{name} must not refer to {string.Join(", ", forbidden)} (allowed: {string.Join(", ", allowed)})");
    }

    [Theory]
    [InlineData("Doorward.Gateway", "Doorward.Control")]
    [InlineData("Doorward.Control", "Doorward.Gateway")]
    [InlineData("Doorward.Agent", "Doorward.Gateway")]
    [InlineData("Doorward.Core", "Doorward.Control")]
    [InlineData("Doorward.Cedar", "Doorward.Core")]
    [InlineData("Doorward.Gateway.Host", "Doorward.Cli")]
    public void The_rule_refuses_the_edges_that_the_design_forbids(string from, string to) =>
        Assert.DoesNotContain(to, AllowedFor(from));

    [Fact]
    public void The_language_and_the_domain_depend_on_no_web_framework()
    {
        foreach (var project in (string[])["src/Doorward.Cedar/Doorward.Cedar.csproj", "src/Doorward.Core/Doorward.Core.csproj"])
        {
            var text = Checkout.Read(project);
            Assert.DoesNotContain("Microsoft.AspNetCore", text);
            Assert.DoesNotContain("Sdk.Web", text);
        }

        // What only looks at the code as it is built goes to nobody; anything else would be a dependency of the package.
        var packages = Checkout.Read("src/Doorward.Cedar/Doorward.Cedar.csproj").Split('\n').Where(line => line.Contains("PackageReference", StringComparison.Ordinal));
        Assert.All(packages, line => Assert.Matches("Include=\"[A-Za-z.]+Analyzers\" PrivateAssets=\"all\" />", line));
    }

    private static string[] AllowedFor(string name)
    {
        if (SeeEverything.Contains(name))
        {
            return [.. Allowed.Keys, "Doorward.Testing", "assertion-verifier"];
        }

        if (name == "Doorward.Testing")
        {
            return ["Doorward.Core", "Doorward.Cedar"];
        }

        // A test, fuzz or benchmark project mirrors one project: it sees that, what that sees, and the shared doubles.
        var subject = new[] { ".Tests", ".Fuzz", ".Benchmarks" }.Aggregate(name, (subject, suffix) =>
            subject.EndsWith(suffix, StringComparison.Ordinal) ? subject[..^suffix.Length] : subject);
        var seen = Allowed.TryGetValue(subject, out var edges) ? edges : [];
        return subject == name ? seen : [subject, .. seen, "Doorward.Testing"];
    }

    private static IEnumerable<string> ReferencesOf(string project) =>
        XDocument.Parse(Checkout.Read(project)).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));
}
