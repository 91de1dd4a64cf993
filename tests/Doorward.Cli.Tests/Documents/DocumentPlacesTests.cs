using System.Text.Json.Nodes;
using Doorward.Cli.Documents;

namespace Doorward.Cli.Tests.Documents;

public class DocumentPlacesTests
{
    private const string Yaml = "kind: Group\nname: g\n---\nkind: Policy\nname: p\ncedar: |\n  permit (principal, action, resource)\n  when { nonsense };\n";

    [Theory]
    [InlineData("""{"field":"documents[1].spec.cedar"}""", "p.yaml:6:1")]
    [InlineData("""{"field":"documents[1].spec.cedar","line":2,"column":8}""", "p.yaml:8:10")]
    [InlineData("""{"kind":"Policy","name":"p","field":"cedar","line":1,"column":1}""", "p.yaml:7:3")]
    [InlineData("""{"kind":"policy","name":"p"}""", "p.yaml:4:1")]
    [InlineData("""{"field":"documents[9].spec.cedar","source":"elsewhere:1"}""", "elsewhere:1")]
    public void Finds_what_the_server_names(string error, string place) =>
        Assert.Equal(place, DocumentPlaces.Of(DocumentReader.Read("p.yaml", Yaml), JsonNode.Parse(error)!.AsObject()));

    [Theory]
    [InlineData("kind: Policy\nname: p\ncedar: |\n      permit (principal,\n        x);\n", 2, 3, "p.yaml:5:9")]
    [InlineData("kind: Policy\nname: p\ncedar: |2\n    permit (principal,\n  x);\n", 2, 1, "p.yaml:5:3")]
    [InlineData("kind: Policy\nname: p\ncedar: permit (x);\n", 1, 9, "p.yaml:3:16")]
    [InlineData("kind: Policy\nname: p\ncedar: \"permit (x);\"\n", 1, 9, "p.yaml:3:17")]
    [InlineData("kind: Policy\nname: p\ncedar: >\n  permit\n  (x);\n", 1, 9, "p.yaml:3:1")]
    public void Counts_inside_a_text_however_it_is_written(string yaml, long line, long column, string place)
    {
        var error = new JsonObject { ["kind"] = "Policy", ["name"] = "p", ["field"] = "cedar", ["line"] = line, ["column"] = column };

        Assert.Equal(place, DocumentPlaces.Of(DocumentReader.Read("p.yaml", yaml), error));
    }

    [Fact]
    public void Points_at_the_second_of_two_documents_when_the_server_means_that_one()
    {
        var documents = DocumentReader.Read("p.yaml", "kind: Group\nname: g\n---\nkind: Group\nname: g\n");
        var error = new JsonObject { ["kind"] = "Group", ["name"] = "g", ["source"] = "p.yaml:4:1", ["field"] = "name" };

        Assert.Equal("p.yaml:5:1", DocumentPlaces.Of(documents, error));
    }

    [Fact]
    public void Names_no_place_for_what_is_not_in_the_files() =>
        Assert.Null(DocumentPlaces.Of(DocumentReader.Read("p.yaml", Yaml), new JsonObject { ["kind"] = "User", ["name"] = "x" }));
}
