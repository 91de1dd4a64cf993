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
        Assert.Equal(place, DocumentPlaces.Of(DocumentReader.Read("p.yaml", new StringReader(Yaml)), JsonNode.Parse(error)!.AsObject()));

    [Fact]
    public void Names_no_place_for_what_is_not_in_the_files() =>
        Assert.Null(DocumentPlaces.Of(DocumentReader.Read("p.yaml", new StringReader(Yaml)), new JsonObject { ["kind"] = "User", ["name"] = "x" }));
}
