using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Doorward.Cli.Commands.Cedar;

namespace Doorward.Cli.Tests.Commands;

public sealed class CedarBatchTests
{
    private const string Request = """{"principal":{"type":"User","id":"a"},"action":{"type":"Action","id":"read"},"resource":{"type":"Page","id":"p"},"context":{"ip":"10.0.0.1"}}""";
    private const string Schema = "entity User, Page; action read appliesTo { principal: User, resource: Page, context: { ip: ipaddr } };";
    private const string Policies = "permit (principal, action, resource) when { context.ip.isInRange(ip(\\\"10.0.0.0/8\\\")) };";

    [Fact]
    public async Task Answers_every_kind_of_request_with_the_members_that_are_promised()
    {
        var answers = await AnswerAsync(
            $$"""{"op":"authorize","policies":"permit (principal, action, resource); forbid (principal, action, resource) when { context.no };","entities":[],"request":{{Request}}}""",
            $$"""{"op":"authorize","policies":"{{Policies}}","schema":"{{Schema}}","entities":[],"request":{{Request}},"validateRequest":true}""",
            $$"""{"op":"validate","policies":"{{Policies}}","schema":"{{Schema}}"}""",
            $$"""{"op":"validate","policies":"permit (principal, action, resource) when { context.port > 1 };","schema":"{{Schema}}"}""",
            """{"op":"format","policies":"permit(principal,action,resource);"}""",
            """{"op":"translate","policies":"permit(principal,action,resource);"}""");

        Assert.Equal("""{"decision":"allow","reason":["policy0"],"errors":["policy1"]}""", answers[0].ToJsonString());
        Assert.Equal("""{"decision":"allow","reason":["policy0"],"errors":[]}""", answers[1].ToJsonString());
        Assert.Equal("""{"valid":true,"errors":[],"warnings":[]}""", answers[2].ToJsonString());
        Assert.False(answers[3]["valid"]!.GetValue<bool>());
        Assert.Equal(("policy0", 45), (answers[3]["errors"]![0]!["policy"]!.GetValue<string>(), answers[3]["errors"]![0]!["column"]!.GetValue<int>()));
        Assert.Equal("""{"text":"permit (principal, action, resource);\n"}""", answers[4].ToJsonString());
        Assert.Equal("permit", answers[5]["json"]!["staticPolicies"]!["policy0"]!["effect"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_is_given_once_under_a_name_may_be_named_later()
    {
        var answers = await AnswerAsync(
            $$"""{"op":"validate","policies":"{{Policies}}","schema":"{{Schema}}","cache":"one"}""",
            $$"""{"op":"authorize","cache":"one","request":{{Request}},"validateRequest":true}""",
            $$"""{"op":"authorize","cache":"one","policies":"forbid (principal, action, resource);","request":{{Request}}}""",
            $$"""{"op":"authorize","cache":"one","request":{{Request}}}""",
            $$"""{"op":"authorize","policies":"one","schema":"one","entities":[],"request":{{Request}}}""",
            $$"""{"op":"authorize","cache":"two","request":{{Request}}}""");

        Assert.True(answers[0]["valid"]!.GetValue<bool>());
        Assert.Equal(["allow", "deny", "deny", "deny"], answers[1..5].Select(answer => answer["decision"]!.GetValue<string>()));
        Assert.Equal("No policies were kept under the name 'two'.", answers[5]["error"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("nonsense", "This line is no JSON")]
    [InlineData("", "This line is no JSON")]
    [InlineData("[]", "A line is a JSON object.")]
    [InlineData("{}", "The member op is missing.")]
    [InlineData("""{"op":"fly"}""", "There is no op 'fly'")]
    [InlineData("""{"op":"format","policies":"permit"}""", "line 1, column 7")]
    [InlineData("""{"op":"authorize","policies":"\ud800"}""", "Cannot read incomplete UTF-16")]
    [InlineData("""{"op":"authorize","policies":"","request":{"principal":1}}""", "request.action should be an entity")]
    [InlineData("""{"op":"authorize","policies":"","entities":[{"uid":{"type":"A","id":""},"parents":[{"type":"A","id":"b"}]},{"uid":{"type":"A","id":"b"},"parents":[{"type":"A","id":""}]}]}""", "entities: ")]
    [InlineData("""{"op":"validate","policies":"","schema":"entity"}""", "schema: ")]
    public async Task A_bad_line_gets_an_error_and_those_behind_it_are_answered(string line, string error)
    {
        var answers = await AnswerAsync(line, """{"op":"format","policies":""}""");

        Assert.StartsWith(error, answers[0]["error"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("", answers[1]["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_request_that_does_not_agree_with_the_schema_is_refused_only_when_that_is_asked_for()
    {
        var wrong = Request.Replace("\"Page\"", "\"User\"", StringComparison.Ordinal);
        var answers = await AnswerAsync(
            $$"""{"op":"authorize","policies":"{{Policies}}","schema":"{{Schema}}","entities":[],"request":{{wrong}},"validateRequest":true}""",
            $$"""{"op":"authorize","policies":"{{Policies}}","schema":"{{Schema}}","entities":[],"request":{{wrong}},"validateRequest":false}""");

        Assert.Contains("does not apply to a resource of type User", answers[0]["error"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("allow", answers[1]["decision"]!.GetValue<string>());
    }

    [Fact]
    public async Task Every_answer_is_flushed_before_the_next_line_is_waited_for()
    {
        var pipe = new Pipe();
        await using var output = new FlushedText();
        var run = new CedarBatch(pipe.Reader.AsStream(), output).RunAsync(TestContext.Current.CancellationToken);
        for (var i = 0; i < 3; i++)
        {
            await pipe.Writer.WriteAsync("{\"op\":\"format\",\"policies\":\"\"}\n"u8.ToArray(), TestContext.Current.CancellationToken);
            Assert.Equal("{\"text\":\"\"}\n", await output.Flushed.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        }

        await pipe.Writer.CompleteAsync();
        await run;
    }

    private static async Task<List<JsonNode>> AnswerAsync(params string[] lines)
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"));
        await using var output = new StringWriter();
        await new CedarBatch(input, output).RunAsync(TestContext.Current.CancellationToken);
        var answers = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(lines.Length, answers.Length);
        return [.. answers.Select(answer => JsonNode.Parse(answer)!)];
    }

    private sealed class FlushedText : StringWriter
    {
        private readonly Channel<string> _flushed = Channel.CreateUnbounded<string>();

        public ChannelReader<string> Flushed => _flushed.Reader;

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            _flushed.Writer.TryWrite(ToString());
            GetStringBuilder().Clear();
            return Task.CompletedTask;
        }
    }
}
