using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Doorward.Core.Settings;

namespace Doorward.Core.Tests.Settings;

/// <summary>What is wrong with a settings file is said in its own words: no type, no member, no converter.</summary>
public sealed class SettingsJsonTests
{
    private static readonly JsonTypeInfo<House> s_type = (JsonTypeInfo<House>)new JsonSerializerOptions(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    }.GetTypeInfo(typeof(House));

    [Fact]
    public void Reads_what_is_right_with_comments_and_a_last_comma()
    {
        var house = SettingsJson.Read("""{ /* the house */ "name": "a", "Doors": 3, "listen": ["x"], "garden": { "trees": 2 }, }"""u8.ToArray(), s_type, out var fault);

        Assert.Null(fault);
        Assert.Equal(("a", 3, 2), (house!.Name, house.Doors, house.Garden!.Trees));
    }

    [Theory]
    [InlineData("{\n  \"nam\": \"a\" }", 2, "there is no setting nam", "did you mean name?")]
    [InlineData("{\n  \"zzzzzz\": 1 }", 2, "there is no setting zzzzzz", "there are name, doors, listen, garden, site")]
    [InlineData("{ \"name\": \"a\",\n \"doors\": 1, \"listen\": [],\n \"garden\": {\n \"tres\": 1 } }", 4, "there is no setting garden.tres", "did you mean trees?")]
    [InlineData("{ \"name\": \"a\"\n}", 2, "doors, listen are missing", "add what is missing")]
    [InlineData("{ \"name\": null, \"doors\": 1, \"listen\": [] }", 1, "name is not a text in quotes", "write a text in quotes")]
    [InlineData("{ \"name\": \"a\",\n\"doors\": \"many\", \"listen\": [] }", 2, "doors is not a whole number", "write a whole number")]
    [InlineData("{ \"name\": \"a\", \"doors\": 1, \"listen\": \"x\" }", 1, "listen is not a list of texts", "write a list")]
    [InlineData("{ \"name\": \"a\", \"doors\": 99999999999999, \"listen\": [] }", 1, "doors: this value cannot be used", "correct the file")]
    [InlineData("{ \"name\": \"a\", \"doors\": 1, \"listen\": [5] }", 1, "listen[0]: this value cannot be used", "correct the file")]
    [InlineData("{\n name }", 2, "it is not JSON: 'n' is an invalid start", "correct the file")]
    [InlineData("", 1, "it is not JSON", "correct the file")]
    [InlineData("[1]", 1, "the file holds no settings", "between { and }")]
    [InlineData("null", 1, "the file holds no settings", "between { and }")]
    public void Says_line_name_and_what_to_do(string json, int line, string what, string fix)
    {
        Assert.Null(SettingsJson.Read(Encoding.UTF8.GetBytes(json), s_type, out var fault));

        Assert.Equal(line, fault!.Line);
        Assert.StartsWith(what, fault.What, StringComparison.Ordinal);
        Assert.Contains(fix, fault.Fix, StringComparison.Ordinal);
        Assert.DoesNotMatch("System|\\.NET|Doorward\\.|LineNumber|converted", fault.What);
    }

    private sealed record House
    {
        public required string Name { get; init; }
        public required int Doors { get; init; }
        public required string[] Listen { get; init; }
        public Garden? Garden { get; init; }
        public Uri? Site { get; init; }
    }

    private sealed record Garden
    {
        public int Trees { get; init; }
    }
}
