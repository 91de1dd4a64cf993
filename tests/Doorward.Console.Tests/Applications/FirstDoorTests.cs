using System.Text.Json.Nodes;
using Doorward.Cedar;
using Doorward.Console.Applications;
using Doorward.Console.Connectors;
using Doorward.Control.Api.Endpoints;

namespace Doorward.Console.Tests.Applications;

public sealed class FirstDoorTests
{
    [Fact]
    public void Three_documents_make_an_application_reachable_and_the_host_follows_the_name_until_somebody_writes_another()
    {
        var door = new FirstDoor("doors.example") { Name = "wiki", Upstream = " http://127.0.0.1:1 ", Group = "staff", Members = "bob, alice\nbob", Assurance = 3 };
        Assert.Equal("wiki.doors.example", door.Host);
        door.Host = "docs.doors.example";
        door.Name = "docs";
        Assert.Equal("docs.doors.example", door.Host);
        Assert.Equal(["Application", "Group", "Policy"], door.Documents.Documents.Select(static document => document.Kind));
        Assert.Equal(["docs", "staff", "docs-for-staff"], door.Documents.Documents.Select(static document => document.Name));
        Assert.Contains("members: [alice, bob]", door.GroupYaml, StringComparison.Ordinal);
        Assert.Contains("assurance >= 3", door.PolicyYaml, StringComparison.Ordinal);
        Assert.Empty(PolicyFormatter.Format(door.PolicySpec["cedar"]!.GetValue<string>()).Errors);
    }

    [Fact]
    public void Who_is_in_the_group_stays_and_a_group_that_nobody_joins_is_not_written()
    {
        var door = new FirstDoor("doors.example") { Name = "wiki", Group = "staff", Existing = new ResourceView("Group", "staff", 7, false, JsonNode.Parse("""{"members":["carol"],"groups":["inner"]}""")!.AsObject()) };
        Assert.False(door.WritesGroup);
        Assert.Equal(["Application", "Policy"], door.Documents.Documents.Select(static document => document.Kind));
        door.Members = "alice";
        Assert.Equal("""{"members":["alice","carol"],"groups":["inner"]}""", door.GroupSpec.ToJsonString());
        Assert.Equal([0, 7, 0], door.Documents.Documents.Select(static document => document.Version));
        Assert.Equal("""{"members":["carol"],"groups":["inner"]}""", door.Existing.Spec.ToJsonString());
    }

    [Fact]
    public void A_provider_comes_first_and_its_secret_stands_in_what_is_applied_and_not_in_what_is_shown()
    {
        var door = new FirstDoor("doors.example") { Name = "wiki", Upstream = "http://127.0.0.1:1", Group = "staff" };
        (door.Provider.Name, door.Provider.Issuer, door.Provider.ClientId, door.Provider.ClientSecret) = ("company", " https://login.example ", "doorward", "hush-hush");
        Assert.DoesNotContain(door.Documents.Documents, static document => document.Kind == "IdentityProvider");
        door.Provider.Elsewhere = true;
        Assert.Equal(["IdentityProvider", "Application", "Group", "Policy"], door.Documents.Documents.Select(static document => document.Kind));
        Assert.Equal("""{"issuer":"https://login.example","clientId":"doorward","clientSecret":"hush-hush"}""", door.Documents.Documents[0].Spec!.Value.GetRawText());
        Assert.StartsWith("kind: IdentityProvider\nname: company\nissuer:", door.Yaml, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", door.Yaml + door.Provider, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "", "")]
    [InlineData("wiki", "", "")]
    [InlineData("wiki", "staff", "wiki-for-staff")]
    public void A_policy_is_not_named_before_both_that_it_is_named_after(string name, string group, string policy)
    {
        Assert.Equal(policy, new FirstDoor("doors.example") { Name = name, Group = group }.Policy);
        Assert.Equal(policy, new PrivateDoor { Name = name, Group = group }.Policy);
    }

    [Theory]
    [InlineData("wiki", true)]
    [InlineData("wiki-2", true)]
    [InlineData("", false)]
    [InlineData("-wiki", false)]
    [InlineData("Wiki", false)]
    [InlineData("a\"b", false)]
    [InlineData("a b", false)]
    [InlineData("<b>", false)]
    public void Only_a_plain_name_stands_in_a_policy(string name, bool plain) => Assert.Equal(plain, FirstDoor.IsPlain(name));
}
