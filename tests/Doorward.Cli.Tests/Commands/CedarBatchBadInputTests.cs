using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Cli.Commands.Cedar;

namespace Doorward.Cli.Tests.Commands;

/// <summary>Lines that mean harm: each gets its error with a place, or its answer, soon; and the line behind it is answered.</summary>
public class CedarBatchBadInputTests
{
    private const string Ask = "\"request\":{\"principal\":{\"type\":\"U\",\"id\":\"a\"},\"action\":{\"type\":\"Action\",\"id\":\"b\"},\"resource\":{\"type\":\"U\",\"id\":\"c\"},\"context\":{}}";
    private const string When = "permit (principal, action, resource) when { ";

    public static TheoryData<string, string, string> Refused => new()
    {
        { "100,000 parentheses", Policy(When + new string('(', 100_000) + "1" + new string(')', 100_000) + " };"), "line 1, column " },
        { "100,000 brackets", Policy(When + new string('[', 100_000) + " };"), "line 1, column " },
        { "100,000 negations", Policy(When + new string('!', 100_000) + "true };"), "line 1, column " },
        { "10 MB of text", Policy(new string('x', 10_000_000)), "line 1, column 1: The text has 10000000 characters" },
        { "10 MB of blanks", Policy(new string(' ', 10_000_000)), "line 1, column 1: The text has 10000000 characters" },
        { "an unclosed 1 MB literal", Policy(When + "\"" + new string('a', 1_000_000) + " };"), "line 1, column 45" },
        { "a lone surrogate written out", Policy(When + "\"\\u{d800}\" == \"a\" };"), "line 1, column " },
        { "a number beyond 64 bits", Policy(When + "9223372036854775808 == 1 };"), "line 1, column 45" },
        { "a negative number beyond 64 bits", Policy(When + "-9223372036854775809 == 1 };"), "line 1, column " },
        { "an unknown function", Policy(When + "system(\"ls\") };"), "line 1, column 45: There is no function `system`." },
        { "an unknown method", Policy(When + "context.shout() };"), "line 1, column 53: There is no method `shout`." },
        { "a lone surrogate in JSON", """{"op":"format","policies":"\ud800"}""", "Cannot read incomplete UTF-16" },
        { "a duplicate key of the line", """{"op":"format","policies":"","policies":"permit"}""", "Duplicate property 'policies'" },
        { "a duplicate key of the context", Authorize("""{"a":1,"\u0061":2}"""), "Duplicate property 'a'" },
        { "a duplicate key of an entity", $$$"""{"op":"authorize","policies":"",{{{Ask}}},"entities":[{"uid":{"type":"A","id":"b"},"attrs":{"x":1,"x":1}}]}""", "Duplicate property 'x'" },
        { "a lone surrogate in the context", Authorize("""{"a":"\udc00"}"""), "request.context: $.a" },
        { "a fraction", Authorize("""{"a":1.5}"""), "request.context: $.a" },
        { "a context number beyond 64 bits", Authorize("""{"a":[9223372036854775808]}"""), "request.context: $.a[0]" },
        { "an unknown extension function in JSON", Authorize("""{"a":{"__extn":{"fn":"system","arg":"x"}}}"""), "request.context: $.a.__extn" },
        { "a deep context", Authorize(string.Concat(Enumerable.Repeat("{\"a\":", 100_000)) + "1" + new string('}', 100_000)), "This line is no JSON" },
        { "a circle of parents", $$"""{"op":"authorize","policies":"",{{Ask}},"entities":[{{Child("a", "b")}},{{Child("b", "c")}},{{Child("c", "a")}}]}""", "entities: $" },
        { "a deep schema", $$"""{"op":"validate","policies":"","schema":"type A = {{string.Concat(Enumerable.Repeat("Set<", 100_000))}}"}""", "schema: line 1, column " },
        { "a deep JSON schema", $$"""{"op":"validate","policies":"","schema":{{JsonSerializer.Serialize(string.Concat(Enumerable.Repeat("{\"a\":", 100_000)))}}}""", "schema: line 1, column " },
        { "a deep JSON policy", $$"""{"op":"format","policies":{{JsonSerializer.Serialize(string.Concat(Enumerable.Repeat("{\"a\":", 100_000)))}}}""", "line 1, column " },
    };

    public static TheoryData<string, string, string> Answered => new()
    {
        { "a 1 MB literal", Authorize("{}", When + "\"" + new string('a', 1_000_000) + "\" like \"a*\" };"), """{"decision":"allow","reason":["policy0"],"errors":[]}""" },
        { "a pattern of 1,000 stars", Authorize("{}", When + "\"" + new string('a', 100_000) + "\" like \"" + string.Concat(Enumerable.Repeat("a*", 1_000)) + "b\" };"), """{"decision":"deny","reason":[],"errors":[]}""" },
        { "the least number", Authorize("""{"a":-9223372036854775808}""", When + "context.a == -9223372036854775808 };"), """{"decision":"allow","reason":["policy0"],"errors":[]}""" },
        { "an overflow", Authorize("""{"a":9223372036854775807}""", When + "context.a + 1 > 0 };"), """{"decision":"deny","reason":[],"errors":["policy0"]}""" },
        { "the negation of the least number", Authorize("""{"a":-9223372036854775808}""", When + "-context.a > 0 };"), """{"decision":"deny","reason":[],"errors":["policy0"]}""" },
        { "a text that is no address", Authorize("""{"a":"x"}""", When + "ip(context.a).isIpv4() };"), """{"decision":"deny","reason":[],"errors":["policy0"]}""" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Gets_an_error_with_a_place_soon(string what, string line, string error)
    {
        var answer = await AnswerAsync(line);

        Assert.True(answer["error"] is not null, what);
        Assert.Contains(error, answer["error"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Answered))]
    public async Task Gets_an_answer_soon(string what, string line, string expected) => Assert.True(expected == (await AnswerAsync(line)).ToJsonString(), what);

    private static async Task<JsonNode> AnswerAsync(string line)
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(line + "\n{\"op\":\"format\",\"policies\":\"\"}\n"));
        await using var output = new StringWriter();
        var (clock, before) = (Stopwatch.StartNew(), GC.GetTotalAllocatedBytes());
        await new CedarBatch(input, output).RunAsync(TestContext.Current.CancellationToken);
        var answers = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"{clock.Elapsed}");
        Assert.True(GC.GetTotalAllocatedBytes() - before < 1L << 30);
        Assert.Equal("{\"text\":\"\"}", answers[1]);
        return JsonNode.Parse(answers[0])!;
    }

    private static string Policy(string text) => $$"""{"op":"format","policies":{{JsonSerializer.Serialize(text)}}}""";

    private static string Authorize(string context, string policies = "") =>
        $$"""{"op":"authorize","policies":{{JsonSerializer.Serialize(policies)}},{{Ask.Replace("\"context\":{}", "\"context\":" + context, StringComparison.Ordinal)}}}""";

    private static string Child(string id, string parent) => $$"""{"uid":{"type":"A","id":"{{id}}"},"parents":[{"type":"A","id":"{{parent}}"}]}""";
}
