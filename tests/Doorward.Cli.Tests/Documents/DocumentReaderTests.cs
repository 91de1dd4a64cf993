using Doorward.Cli.Documents;

namespace Doorward.Cli.Tests.Documents;

public class DocumentReaderTests
{
    [Fact]
    public void Reads_every_document_of_a_file_as_kind_name_and_spec()
    {
        var documents = Read("kind: Group\nname: engineering\nmembers: [alice, bob]\n---\nkind: User\nname: alice\ndisabled: false\n---\n");

        Assert.Equal(
            ["""{"kind":"Group","name":"engineering","spec":{"members":["alice","bob"]}}""", """{"kind":"User","name":"alice","spec":{"disabled":false}}"""],
            documents.Select(document => document.Json.ToJsonString()));
    }

    [Fact]
    public void Reads_the_version_that_a_document_replaces() =>
        Assert.Equal("""{"kind":"Group","name":"engineering","version":3,"spec":{"members":["alice"]}}""", Read("kind: Group\nname: engineering\nversion: 3\nmembers: [alice]\n").Single().Json.ToJsonString());

    [Fact]
    public void Keeps_the_lines_of_a_policy()
    {
        var policy = Read("kind: Policy\nname: p\ncedar: |\n  permit (principal, action, resource)\n  when { true };\n").Single();

        Assert.Equal("permit (principal, action, resource)\nwhen { true };\n", policy.Json["spec"]!["cedar"]!.GetValue<string>());
    }

    [Fact]
    public void Knows_where_each_field_stands()
    {
        var document = Read("kind: Application\nname: wiki\nhosts:\n  - a.test\n  - b.test\n").Single();

        Assert.Equal("door.yaml:5:5", document.Find("hosts[1]").ToString());
        Assert.Equal("door.yaml:3:1", document.Find("hosts.missing").ToString());
        Assert.Equal("door.yaml:1:1", document.Find("upstream").ToString());
    }

    [Theory]
    [InlineData("name: x\n", "door.yaml:1:1", "`kind` is missing")]
    [InlineData("kind: Group\n", "door.yaml:1:1", "`name` is missing")]
    [InlineData("kind: [a]\nname: x\n", "door.yaml:1:1", "`kind` is not text")]
    [InlineData("kind: Group\nname: x\nversion: newest\n", "door.yaml:3:1", "`version` is not a version")]
    [InlineData("kind: Group\nname: x\nversion: -1\n", "door.yaml:3:1", "`version` is not a version")]
    [InlineData("- a\n", "door.yaml:1:1", "not a set of fields")]
    [InlineData("kind: Group\nname: x\nname: y\n", "door.yaml:3:1", "given twice")]
    [InlineData("kind: Group\nname: &n x\n", "door.yaml:2:7", "anchors, aliases and tags")]
    [InlineData("kind: Group\nname: x\na: !!str 1\n", "door.yaml:3:4", "anchors, aliases and tags")]
    [InlineData("kind: Group\nname: [x\n", "door.yaml:3:1", "opened with [ is not closed")]
    [InlineData("kind: Group\nname: {a: b\n", "door.yaml:3:1", "opened with { are not closed")]
    [InlineData("kind: Group\n\tname: x\n", "door.yaml:1:7", "a tab stands")]
    [InlineData("a: |\n x\n\ty\nb", "door.yaml:1:1", "a tab stands")]
    [InlineData("kind: Group\nname: \"x\n", "door.yaml:2:7", "a quotation mark is not closed")]
    [InlineData("kind: Group\nname: x: y\n", "door.yaml:2:8", "a second `name: value` begins here")]
    [InlineData("kind: Group\nname: @x\n", "door.yaml:2:7", "cannot begin with this character")]
    [InlineData("kind: \"a\\qb\"\n", "door.yaml:1:7", "a backslash in this text")]
    [InlineData("kind: Group\nname: x\n}\n", "door.yaml:3:1", "neither a field of what stands above")]
    [InlineData("kind: Policy\nname: x\ncedar: |0\n  a\n", "door.yaml:3:8", "behind | or >")]
    [InlineData("a: !<x\n", "door.yaml:1:4", "anchors, aliases and tags")]
    [InlineData("kind: Group\nname: x\n? [a]\n: b\n", "door.yaml:3:3", "not text")]
    public void Says_where_and_what_is_wrong(string text, string place, string what)
    {
        var failure = Assert.Throws<CommandFailure>(() => Read(text));

        Assert.StartsWith($"doorward: {place}: ", failure.Line);
        Assert.Contains(what, failure.Line);
        Assert.DoesNotContain('\n', failure.Line);
        Assert.DoesNotMatch("While (scanning|parsing)|scalar|expected", failure.Line);
    }

    [Fact]
    public void Refuses_a_hundred_thousand_brackets_without_falling()
    {
        var failure = Assert.Throws<CommandFailure>(() => Read("kind: Group\nname: x\nmembers: " + new string('[', 100_000)));

        Assert.Contains("nested deeper", failure.Line);
    }

    [Theory]
    [InlineData("yes", "\"yes\"")]
    [InlineData("no", "\"no\"")]
    [InlineData("true", "true")]
    [InlineData("null", "null")]
    [InlineData("12", "12")]
    [InlineData("1.5", "1.5")]
    [InlineData("007", "\"007\"")]
    [InlineData("1e", "\"1e\"")]
    [InlineData("12:30", "\"12:30\"")]
    [InlineData("'12'", "\"12\"")]
    [InlineData("2026-01-01", "\"2026-01-01\"")]
    public void A_scalar_means_what_YAML_1_2_says(string yaml, string json)
    {
        var document = Read($"kind: K\nname: n\nvalue: {yaml}\n").Single();

        Assert.Equal(json, document.Json["spec"]!["value"]?.ToJsonString() ?? "null");
    }

    private static IReadOnlyList<Document> Read(string text) => DocumentReader.Read("door.yaml", text);
}
