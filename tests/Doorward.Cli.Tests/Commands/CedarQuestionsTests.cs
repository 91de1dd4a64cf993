using System.Text.Json.Nodes;

namespace Doorward.Cli.Tests.Commands;

/// <summary>`cedar partial`, `cedar analyze` and `cedar diff` on files.</summary>
public sealed class CedarQuestionsTests : IDisposable
{
    private const string Schema =
        """
        entity Group;
        entity User in [Group] { clearance: Long };
        entity Page;
        action read appliesTo { principal: User, resource: Page, context: { mfa: Bool, device?: { compliant: Bool } } };
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("doorward-cedar-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Translations_take_their_file_with_and_without_its_option()
    {
        var (schema, policies) = (Write("s.cedarschema", Schema), Write("p.cedar", "permit (principal, action, resource);"));

        Assert.Equal(await Said.ByAsync("cedar", "schema", "-s", schema), await Said.ByAsync("cedar", "schema", schema));
        Assert.Equal(await Said.ByAsync("cedar", "translate", "-p", policies), await Said.ByAsync("cedar", "translate", policies));
        Assert.Equal(0, (await Said.ByAsync("cedar", "schema", schema)).Code);
        Assert.Equal(new Said(2, "", "doorward: say one FILE, or --schema FILE; see `doorward cedar schema --help`\n"), await Said.ByAsync("cedar", "schema"));
        Assert.Equal(2, (await Said.ByAsync("cedar", "translate", policies, "-p", policies)).Code);
    }

    [Fact]
    public async Task Partial_prints_what_is_left_and_what_is_certain()
    {
        var said = await Said.ByAsync(
            "cedar", "partial", "-p", Write("p.cedar", """
                permit (principal in Group::"staff", action, resource == Page::"home") when { context.mfa && context has device && context.device.compliant };
                permit (principal, action, resource == Page::"other");
                """),
            "-s", Write("s.cedarschema", Schema), "--context", Write("c.json", """{"mfa":true}"""),
            "--principal", "User", "--action", "Action::\"read\"", "--resource", "Page::\"home\"", "--unknown", "context.device");

        Assert.Equal((0, ""), (said.Code, said.Error));
        Assert.Equal(
            """
            decision: unknown

            // policy0: residual
            permit (principal in Group::"staff", action, resource)
            when { context has device && context.device.compliant };

            // policy1: not satisfied

            """, said.Out.Replace(", may fail", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("allow", "permit (principal, action, resource);")]
    [InlineData("deny", "permit (principal, action, resource) unless { context.mfa };")]
    [InlineData("unknown", "permit (principal in Group::\"a\", action, resource);")]
    public async Task Partial_as_json_has_the_decision_and_each_policy_as_text_and_json(string decision, string policy)
    {
        var said = await Said.ByAsync(
            "cedar", "partial", "-p", Write("p.cedar", policy), "-s", Write("s.cedarschema", Schema), "--context", Write("c.json", """{"mfa":true}"""),
            "--principal", "User::\"alice\"", "--action", "Action::\"read\"", "--resource", "Page", "--unknown", "User::\"alice\"", "-o", "json");

        var answer = JsonNode.Parse(said.Out)!;
        Assert.Equal(decision, answer["decision"]!.GetValue<string>());
        Assert.Equal(decision == "deny", answer["policies"]![0]!["cedar"] is null);
        if (decision == "unknown")
        {
            Assert.Equal("in", answer["policies"]![0]!["json"]!["principal"]!["op"]!.GetValue<string>());
        }
    }

    [Theory]
    [InlineData("Robot", "context")]
    [InlineData("User", "device")]
    public async Task What_cannot_be_unknown_is_wrong_usage(string principal, string unknown)
    {
        var said = await Said.ByAsync(
            "cedar", "partial", "-p", Write("p.cedar", ""), "-s", Write("s.cedarschema", Schema),
            "--principal", principal, "--action", "Action::\"read\"", "--resource", "Page", "--unknown", unknown);

        Assert.Equal(2, said.Code);
    }

    [Fact]
    public async Task Analyze_names_policies_without_effect_with_their_place()
    {
        var (policies, schema) = (Write("p.cedar", """
            permit (principal in Group::"staff", action, resource);
            permit (principal, action, resource)
            when { context.mfa && !context.mfa };
            forbid (principal, action, resource);
            """), Write("s.cedarschema", Schema));

        var said = await Said.ByAsync("cedar", "analyze", "-p", policies, "-s", schema, "-o", "json");

        Assert.Equal(1, said.Code);
        var findings = JsonNode.Parse(said.Out)!.AsArray();
        Assert.Equal(["alwaysOverruled", "neverApplies"], findings.Select(finding => finding!["kind"]!.GetValue<string>()));
        Assert.Equal("policy2", findings[0]!["others"]![0]!.GetValue<string>());
        Assert.Equal(3, findings[1]!["line"]!.GetValue<int>());
        Assert.Contains("the forbid policy2 is too", (await Said.ByAsync("cedar", "analyze", "-p", policies, "-s", schema)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Analyze_of_policies_that_matter_ends_with_0()
    {
        var said = await Said.ByAsync("cedar", "analyze", "-p", Write("p.cedar", "permit (principal, action, resource);"), "-s", Write("s.cedarschema", Schema));

        Assert.Equal(0, said.Code);
    }

    [Fact]
    public async Task Diff_shows_requests_in_order_that_are_decided_differently()
    {
        string[] args =
        [
            "cedar", "diff", Write("old.cedar", "permit (principal == User::\"alice\", action, resource);"), Write("new.cedar", "permit (principal in Group::\"staff\", action, resource);"),
            "--requests", Write("r.jsonl", $"{Line("bob")}\n{Line("alice")}\n\n{Line("carol")}\n{Line("dave", """,{"uid":{"type":"Group","id":"x"},"attrs":{},"parents":[]}""")}\n"),
            "--entities", Write("e.json", """[{"uid":{"type":"User","id":"bob"},"attrs":{},"parents":[{"type":"Group","id":"staff"}]}]"""),
        ];

        var said = await Said.ByAsync(args);
        Assert.Equal(1, said.Code);
        Assert.Equal(
            """
            newly allowed line 1: User::"bob" Action::"read" Page::"home"  by policy0
            newly denied  line 2: User::"alice" Action::"read" Page::"home"  was by policy0
            newly allowed line 5: User::"dave" Action::"read" Page::"home"  by policy0
            4 requests: 2 newly allowed, 1 newly denied.

            """, said.Out);
        var json = JsonNode.Parse((await Said.ByAsync([.. args, "-o", "json"])).Out)!;
        Assert.Equal((4, 2, 1), (json["requests"]!.GetValue<int>(), json["newlyAllowed"]!.GetValue<int>(), json["newlyDenied"]!.GetValue<int>()));
        Assert.Equal([1, 2, 5], json["changes"]!.AsArray().Select(change => change!["line"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Diff_of_sets_that_decide_the_same_ends_with_0()
    {
        var policies = Write("p.cedar", "permit (principal, action, resource);");

        var said = await Said.ByAsync("cedar", "diff", policies, policies, "--requests", Write("r.jsonl", Line("bob")));

        Assert.Equal((0, "1 requests: 0 newly allowed, 0 newly denied.\n"), (said.Code, said.Out));
    }

    [Theory]
    [InlineData("{", "this line is no JSON")]
    [InlineData("[]", "a line is a JSON object")]
    [InlineData("{\"principal\":1}", "action")]
    public async Task A_line_that_cannot_be_read_is_named(string line, string message)
    {
        var requests = Write("r.jsonl", $"{Line("bob")}\n{line}\n");

        var said = await Said.ByAsync("cedar", "diff", Write("a.cedar", ""), Write("b.cedar", "permit (principal, action, resource);"), "--requests", requests);

        Assert.Equal(1, said.Code);
        Assert.StartsWith($"doorward: {requests}:2: ", said.Error, StringComparison.Ordinal);
        Assert.Contains(message, said.Error, StringComparison.Ordinal);
    }

    // With entities of its own the user is in the group by this request alone.
    private static string Line(string user, string? entities = null) =>
        $$"""{"principal":{"type":"User","id":"{{user}}"},"action":{"type":"Action","id":"read"},"resource":{"type":"Page","id":"home"},"context":{"mfa":true}"""
        + (entities is null ? "}" : $$""","entities":[{"uid":{"type":"User","id":"{{user}}"},"attrs":{},"parents":[{"type":"Group","id":"staff"}]}{{entities}}]}""");

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
