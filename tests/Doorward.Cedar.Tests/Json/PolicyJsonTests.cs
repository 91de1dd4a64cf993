using System.Text.Json.Nodes;
using CsCheck;
using Doorward.Cedar.Tests.Corpus;
using Doorward.Cedar.Tests.Properties;

namespace Doorward.Cedar.Tests.Json;

public sealed class PolicyJsonTests
{
    [Fact]
    public void Writes_the_format_of_the_reference()
    {
        var policy = TestPolicy.Parse("""
            @id("a") @bare permit (principal == User::"12UA45", action in [Action::"view"], resource is File in Folder::"abc")
            when { context.tls_version == "1.3" && resource like "aß*\*" } unless { context.ip.isInRange(ip("::1")) };
            """);

        Assert.Equal("""
            {"effect":"permit","principal":{"op":"==","entity":{"type":"User","id":"12UA45"}},"action":{"op":"in","entity":{"type":"Action","id":"view"}},"resource":{"op":"is","entity_type":"File","in":{"entity":{"type":"Folder","id":"abc"}}},"conditions":[{"kind":"when","body":{"&&":{"left":{"==":{"left":{".":{"left":{"Var":"context"},"attr":"tls_version"}},"right":{"Value":"1.3"}}},"right":{"like":{"left":{"Var":"resource"},"pattern":[{"Literal":"a"},{"Literal":"ß"},"Wildcard",{"Literal":"*"}]}}}}},{"kind":"unless","body":{"isInRange":[{".":{"left":{"Var":"context"},"attr":"ip"}},{"ip":[{"Value":"::1"}]}]}}],"annotations":{"id":"a","bare":null}}
            """, PolicyJson.Write(policy));
    }

    [Fact]
    public void Text_becomes_json_and_text_again_with_the_same_meaning() => Gen.Select(Generators.Expression, Generators.Store, Generators.Context).Sample((expression, store, context) =>
    {
        var policy = TestPolicy.Parse($"permit (principal, action, resource) when {{ {expression} }};");
        var json = PolicyJson.Write(policy);
        var read = PolicyJson.ReadPolicy("policy0", json);

        Assert.True(read.Success, read.Success ? "" : $"{read.Errors[0]} in {json}");
        Assert.Equal(json, PolicyJson.Write(read.Policy));
        var request = TestPolicy.Request with { Context = context };
        Assert.Equal(Authorizer.Evaluate(policy, store, request).Kind, Authorizer.Evaluate(read.Policy, store, request).Kind);
    }, iter: 2_000);

    [Fact]
    public void Sets_keep_templates_and_links()
    {
        var set = PolicySet.Parse("permit (principal in ?principal, action, resource == ?resource); forbid (principal, action, resource);").PolicySet!;
        Assert.True(set.TryGetTemplate("policy0", out var template));
        set = set.Add(template.Link("link", new Dictionary<Slot, EntityUid> { [Slot.Principal] = new("Group", "g"), [Slot.Resource] = TestPolicy.Wiki }));

        var json = PolicyJson.Write(set);
        var read = PolicyJson.ReadSet(json);

        Assert.True(read.Success);
        Assert.Equal(json, PolicyJson.Write(read.PolicySet));
        Assert.Contains("\"templateLinks\":[{\"templateId\":\"policy0\",\"newId\":\"link\",\"values\":{\"?principal\":{\"type\":\"Group\",\"id\":\"g\"}", json, StringComparison.Ordinal);
        Assert.Equal("permit (principal in Group::\"g\", action, resource == Application::\"wiki\");", read.PolicySet.Single(policy => policy.Id == "link").ToString());
    }

    [Fact]
    public void All_policies_of_the_corpus_survive_the_way()
    {
        if (CorpusFolder.Path is not { } folder)
        {
            CorpusFolder.SayOnceHowToGet();
            return;
        }
        foreach (var test in CorpusFolder.ReadGenerated(folder).Concat(CorpusFolder.ReadHandwritten(folder)))
        {
            var json = PolicyJson.Write(PolicySet.Parse(test.Policies).PolicySet!);
            var read = PolicyJson.ReadSet(json);
            Assert.True(read.Success, $"{test.Name}: {(read.Success ? "" : read.Errors[0])}");
            Assert.Equal(json, PolicyJson.Write(read.PolicySet));
        }
    }

    [Theory]
    [InlineData("{\"op\":\"All\"}", "[{\"kind\":\"when\",\"body\":{\"Value\":1.5}}]", "This is no value of Cedar")]
    [InlineData("{\"op\":\"All\"}", "{}", "An array should stand here.")]
    [InlineData("{\"op\":\"All\"}", "[{\"kind\":\"when\",\"body\":{\"Var\":\"me\"}}]", "There is no such variable.")]
    [InlineData("{\"op\":\"All\"}", "[{\"kind\":\"when\",\"body\":{\"boom\":[]}}]", "There is no operator or function \"boom\".")]
    [InlineData("{\"op\":\"All\"}", "[{\"kind\":\"when\",\"body\":{\"==\":{\"left\":{\"Value\":1}}}}]", "The member right is missing.")]
    [InlineData("{\"op\":\"All\"}", "[{\"kind\":\"when\",\"body\":{\"!\":{\"arg\":{\"Value\":true},\"and\":1}}}]", "The member \"and\" has no meaning here.")]
    [InlineData("{\"op\":\"==\"}", "[]", "An entity or the slot ?principal should stand here.")]
    [InlineData("{\"op\":\"==\",\"slot\":\"?resource\"}", "[]", "An entity or the slot ?principal should stand here.")]
    [InlineData("{\"op\":\"==\",\"slot\":\"?principal\"}", "[]", "This is a template: its slots must be filled first.")]
    public void Says_what_is_wrong(string principal, string conditions, string message)
    {
        var json = $"{{\"effect\":\"permit\",\"principal\":{principal},\"action\":{{\"op\":\"All\"}},\"resource\":{{\"op\":\"All\"}},\"conditions\":{conditions}}}";

        Assert.StartsWith(message, PolicyJson.ReadPolicy("a", json).Errors[0].Message, StringComparison.Ordinal);
    }

    // The JSON format names one attribute; the reference writes a path as the chain that it means, and so do we.
    [Fact]
    public void A_path_behind_has_is_a_chain_in_json_both_ways()
    {
        var policy = TestPolicy.Parse("permit (principal, action, resource) when { context has a.b };");
        var json = PolicyJson.Write(policy);
        var again = PolicyJson.ReadPolicy("a", json).Policy!;
        const string Chain = """{"&&":{"left":{"has":{"left":{"Var":"context"},"attr":"a"}},"right":{"has":{"left":{".":{"left":{"Var":"context"},"attr":"a"}},"attr":"b"}}}}""";

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Chain), JsonNode.Parse(json)!["conditions"]![0]!["body"]));
        Assert.Equal("context has a && context.a has b", again.Conditions[0].Body.ToString());
        Assert.Equal(json, PolicyJson.Write(again));
    }

    // Newer versions of the reference write the path as a list.
    [Theory]
    [InlineData("[\"a\",\"b\",\"c d\"]", "context has a && context.a has b && context.a.b has \"c d\"")]
    [InlineData("[\"a\"]", "context has a")]
    [InlineData("\"a\"", "context has a")]
    [InlineData("[]", null)]
    [InlineData("[1]", null)]
    [InlineData("1", null)]
    public void A_path_behind_has_is_read_as_a_list_too(string path, string? meaning)
    {
        var json = $$$$"""{"effect":"permit","principal":{"op":"All"},"action":{"op":"All"},"resource":{"op":"All"},"conditions":[{"kind":"when","body":{"has":{"left":{"Var":"context"},"attr":{{{{path}}}} }}}]}""";
        var read = PolicyJson.ReadPolicy("a", json);

        Assert.Equal(meaning is not null, read.Success);
        if (meaning is null) Assert.StartsWith("The member attr should be a text", read.Errors[0].Message, StringComparison.Ordinal);
        else Assert.Equal(PolicyJson.Write(TestPolicy.Parse($"permit (principal, action, resource) when {{ {meaning} }};")), PolicyJson.Write(read.Policy!));
    }

    [Fact]
    public void An_annotation_without_a_value_stays_without_one()
    {
        var policy = PolicyJson.ReadPolicy("a", PolicyJson.Write(TestPolicy.Parse("@bare permit (principal, action, resource);"))).Policy!;

        Assert.Equal("@bare\npermit (principal, action, resource);", policy.ToString());
        Assert.Equal("", policy.Annotations["bare"]);
    }

    [Fact]
    public void Long_chains_are_read_and_deep_nesting_is_refused()
    {
        var chain = TestPolicy.Parse($"permit (principal, action, resource) when {{ {string.Join(" && ", Enumerable.Repeat("true", 5_000))} }};");
        var deep = string.Concat(Enumerable.Repeat("{\"!\":{\"arg\":", 20_000)) + "{\"Value\":true}" + string.Concat(Enumerable.Repeat("}}", 20_000));

        Assert.Equal(chain.Conditions[0].Body.ToString(), PolicyJson.ReadPolicy("a", PolicyJson.Write(chain)).Policy!.Conditions[0].Body.ToString());
        Assert.StartsWith("This is nested more than", PolicyJson.ReadPolicy("a",
            $"{{\"effect\":\"permit\",\"principal\":{{\"op\":\"All\"}},\"action\":{{\"op\":\"All\"}},\"resource\":{{\"op\":\"All\"}},\"conditions\":[{{\"kind\":\"when\",\"body\":{deep}}}]}}").Errors[0].Message,
            StringComparison.Ordinal);
    }
}
