using System.Text.Json.Nodes;
using Doorward.Cli.Documents;
using Doorward.Cli.Output;

namespace Doorward.Cli.Tests.Output;

public class ResultWriterTests
{
    private static readonly Column[] Columns = [new("NAME", "name"), new("HOSTS", "spec.hosts")];

    [Fact]
    public void A_table_has_a_line_for_each_item()
    {
        var text = Write(OutputFormat.Table, """[{"name":"wiki","spec":{"hosts":["a.test","b.test"]}},{"name":"x"}]""");

        Assert.Equal("NAME  HOSTS\nwiki  a.test, b.test\nx\n", text);
    }

    [Fact]
    public void A_column_goes_into_each_of_a_list()
    {
        var output = new StringWriter { NewLine = "\n" };
        ResultWriter.Write(
            output, OutputFormat.Table, JsonNode.Parse("""[{"reasons":[{"what":"The firewall is off.","fix":"Turn it on."},{"what":"It is old."}]},{"reasons":[]}]""")!,
            [new("WHY", "reasons.what"), new("FIX", "reasons.fix")]);

        Assert.StartsWith("WHY                              FIX\nThe firewall is off. It is old.  Turn it on.\n", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_no_columns_is_told_as_text()
    {
        var output = new StringWriter { NewLine = "\n" };
        ResultWriter.Write(output, OutputFormat.Table, JsonNode.Parse("""{"device":{"name":"laptop"},"stale":false}""")!, []);

        Assert.Equal("device:\n  name: laptop\nstale: false\n", output.ToString());
    }

    [Fact]
    public void A_name_cannot_steer_the_terminal_or_forge_a_line()
    {
        var text = Write(OutputFormat.Table, """[{"name":"a\u001b[2Jb\nroot\u202edlrow [red]x[/]"}]""");

        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain('\u202e', text);
        Assert.Contains("""a\u001b[2Jb root\u202edlrow [red]x[/]""", text);
        Assert.Equal(2, text.Count(c => c == '\n'));
    }

    [Fact]
    public void Json_is_what_the_server_said() =>
        Assert.Equal("""{"a":[1,true]}""", JsonNode.Parse(Write(OutputFormat.Json, """{"a":[1,true]}"""))!.ToJsonString());

    [Theory]
    [InlineData("""{"kind":"Policy","name":"p","version":3,"spec":{"cedar":"permit (principal, action, resource)\nwhen { true };\n"}}""")]
    [InlineData("""{"kind":"User","name":"true","version":3,"spec":{"email":"12","note":"# not a comment","tabs":"a\tb","empty":"","nothing":null,"list":[],"on":true}}""")]
    [InlineData("""{"kind":"User","name":"x","version":1,"spec":{"esc":"\u001b[2J","bidi":"\u202ex","lines":"a\n  b\n\nc"}}""")]
    public void Yaml_of_a_resource_reads_back_as_the_same_resource(string resource)
    {
        var node = JsonNode.Parse(resource)!.AsObject();

        var read = DocumentReader.Read("x", Write(OutputFormat.Yaml, resource)).Single();

        node.Remove("version");
        Assert.True(JsonNode.DeepEquals(node, read.Json), read.Json.ToJsonString());
    }

    [Fact]
    public void Yaml_of_a_list_is_a_document_for_each()
    {
        var text = Write(OutputFormat.Yaml, """{"items":[{"kind":"Group","name":"a","spec":{}},{"kind":"Group","name":"b","spec":{}}]}""");

        Assert.Equal(2, DocumentReader.Read("x", text).Count);
    }

    private static string Write(OutputFormat format, string json)
    {
        var output = new StringWriter { NewLine = "\n" };
        ResultWriter.Write(output, format, JsonNode.Parse(json)!, Columns);
        return output.ToString();
    }
}
