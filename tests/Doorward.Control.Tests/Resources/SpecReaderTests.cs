using System.Text.Json;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Specs;

namespace Doorward.Control.Tests.Resources;

public sealed class SpecReaderTests
{
    // Found by fuzzing: a document of JSON is not checked for either until a text of it is asked for.
    [Theory]
    [InlineData("\"a\\ud800\"", false)]
    [InlineData("\"a\\ud800\"", true)]
    [InlineData("\"a\u00ff\"", false)] // as one byte, which is none of UTF-8
    [InlineData("\"a\u00ff\"", true)]
    public void A_name_that_is_no_text_is_a_mistake_with_a_place(string name, bool inside)
    {
        var json = System.Text.Encoding.Latin1.GetBytes(inside ? $"{{\"labels\":{{{name}:\"x\"}}}}" : $"{{{name}:1}}");
        using var document = JsonDocument.Parse(json);
        var errors = new List<ResourceError>();
        var fields = new SpecReader(document.RootElement, errors);
        Assert.Empty(fields.Map("labels"));
        fields.End();
        Assert.Equal((inside ? "labels" : "", "has half of a character"), (Assert.Single(errors).Field, errors[0].Message));
    }
}
