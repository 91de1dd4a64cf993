using System.Text.Json;
using System.Text.RegularExpressions;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Specs;
using Doorward.Testing;

namespace Doorward.Control.Tests.Resources;

/// <summary>docs/reference/resources.md names the fields that the code reads: all of them, and no others.</summary>
public sealed partial class ReferencePageTests
{
    private const string Unknown = "quite-another-field-than-there-is";

    [Fact]
    public async Task The_page_has_every_kind_and_every_field_and_no_others()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        var sections = SectionsOf(Checkout.Read("docs/reference/resources.md"));

        Assert.Equal(fixture.Kinds.All.Select(static k => k.Kind).Order(StringComparer.Ordinal), sections.Keys.Order(StringComparer.Ordinal));
        foreach (var kind in fixture.Kinds.All)
        {
            Assert.Equal(FieldsOf(kind).Order(StringComparer.Ordinal), sections[kind.Kind].Order(StringComparer.Ordinal));
        }
    }

    // What is not a field is refused with the list of those that are.
    private static List<string> FieldsOf(IResourceKind kind)
    {
        var fields = KnownBy(kind, $$"""{"{{Unknown}}":1}""", Unknown);
        foreach (var field in fields.ToList())
        {
            fields.AddRange(KnownBy(kind, $$$"""{"{{{field}}}":{"{{{Unknown}}}":1}}""", $"{field}.{Unknown}").Select(inner => $"{field}.{inner}"));
        }

        return fields;
    }

    private static List<string> KnownBy(IResourceKind kind, string json, string unknown)
    {
        const string Intro = "fields are: ";
        var errors = new List<ResourceError>();
        kind.Read(new SpecReading("x", new SpecReader(JsonDocument.Parse(json).RootElement, errors), null, new InstallationFacts("door.test", new HashSet<int>())));
        var fix = errors.Find(error => error.Field == unknown && error.Fix?.StartsWith(Intro, StringComparison.Ordinal) == true)?.Fix;
        return fix is null ? [] : [.. fix[Intro.Length..].Split(", ")];
    }

    private static Dictionary<string, List<string>> SectionsOf(string page) => page.Split("\n## ").Skip(1).ToDictionary(
        static section => section.Split('\n')[0].Trim(),
        static section => Field().Matches(section).Select(static match => match.Groups[1].Value).ToList(),
        StringComparer.Ordinal);

    [GeneratedRegex(@"(?m)^\| `([A-Za-z.]+)` \|")]
    private static partial Regex Field();
}
