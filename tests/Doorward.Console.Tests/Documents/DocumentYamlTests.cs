using System.Text.Json.Nodes;
using Doorward.Console.Documents;

namespace Doorward.Console.Tests.Documents;

public sealed class DocumentYamlTests
{
    [Fact]
    public void Writes_what_a_person_would_write()
    {
        var spec = JsonNode.Parse("""
            {"hosts":["wiki.example.org","*.example.org"],"upstream":"http://127.0.0.1:9000","labels":{"team":"red"},"strict":true,"maxSignInAge":"8h","cors":{"origins":["https://a.example"]},"cedar":"permit (\n  principal\n);\n"}
            """)!.AsObject();
        Assert.Equal("""
            kind: Application
            name: wiki
            hosts: [wiki.example.org, "*.example.org"]
            upstream: http://127.0.0.1:9000
            labels:
              team: red
            strict: true
            maxSignInAge: "8h"
            cors:
              origins: [https://a.example]
            cedar: |
              permit (
                principal
              );

            """.ReplaceLineEndings("\n"), DocumentYaml.Write("Application", "wiki", spec));
    }

    [Theory]
    [InlineData("yes", "\"yes\"")]
    [InlineData("Null", "\"Null\"")]
    [InlineData("12", "\"12\"")]
    [InlineData("", "\"\"")]
    [InlineData("a: b", "\"a: b\"")]
    [InlineData("a #b", "\"a #b\"")]
    [InlineData("- a", "\"- a\"")]
    [InlineData("a, b", "\"a, b\"")]
    [InlineData("[a]", "\"[a]\"")]
    [InlineData("{a}", "\"{a}\"")]
    [InlineData("&a", "\"&a\"")]
    [InlineData("!a", "\"!a\"")]
    [InlineData("a\"b\\", "|-\n  a\"b\\")]
    [InlineData("a\\b", "\"a\\\\b\"")]
    [InlineData("a:", "\"a:\"")]
    [InlineData("plain\n", "|\n  plain")]
    [InlineData(" led\nin", "\" led\\nin\"")]
    [InlineData("a\u202Eb", "\"a\\u202eb\"")]
    [InlineData("a\u0007\nb", "\"a\\u0007\\nb\"")]
    [InlineData("a\rb: c", "\"a\\rb: c\"")]
    public void Quotes_whatever_would_read_back_as_something_else(string text, string written) =>
        Assert.Equal($"kind: K\nname: thing\nfield: {written}\n", DocumentYaml.Write("K", "thing", new JsonObject { ["field"] = text }));
}
