using System.Text;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Tests.Schemas;
using Doorward.Cedar.Validation;

namespace Doorward.Cedar.Tests.Validation;

public sealed class RequestValidatorTests
{
    private static readonly Schema Pages = TestSchema.Parse("""
        entity User in Group { name: String, at?: Set<ipaddr>, boss?: User, level?: Level } tags Long;
        entity Group, Page;
        entity Level enum ["low"];
        action read in use appliesTo { principal: User, resource: Page, context: { ip: ipaddr } };
        action use;
        """);

    private static readonly EntityUid Alice = new("User", "alice"), Home = new("Page", "home"), Read = new("Action", "read");

    [Theory]
    [InlineData("User::\"a\"", "Action::\"read\"", "Page::\"p\"", "{\"ip\": \"10.0.0.1\"}", null)]
    [InlineData("User::\"a\"", "Action::\"read\"", "Page::\"p\"", "{\"ip\": {\"__extn\": {\"fn\": \"ip\", \"arg\": \"::1\"}}}", null)]
    [InlineData("User::\"a\"", "Action::\"read\"", "Page::\"p\"", "{}", "context.ip: This attribute is required, but missing.")]
    [InlineData("User::\"a\"", "Action::\"read\"", "Page::\"p\"", "{\"ip\": \"x\"}", "context.ip: Expected ipaddr, but this is a string.")]
    [InlineData("User::\"a\"", "Action::\"read\"", "Page::\"p\"", "{\"ip\": \"10.0.0.1\", \"b\": 1}", "context.b: The schema declares no such attribute.")]
    [InlineData("Group::\"a\"", "Action::\"read\"", "Page::\"p\"", "{\"ip\": \"10.0.0.1\"}", "principal: Action::\"read\" does not apply to a principal of type Group.")]
    [InlineData("User::\"a\"", "Action::\"read\"", "User::\"p\"", "{\"ip\": \"10.0.0.1\"}", "resource: Action::\"read\" does not apply to a resource of type User.")]
    [InlineData("User::\"a\"", "Action::\"raed\"", "Page::\"p\"", "{}", "action: There is no action Action::\"raed\".")]
    [InlineData("Alien::\"a\"", "Action::\"read\"", "Page::\"p\"", "{\"ip\": \"10.0.0.1\"}", "principal: There is no entity type Alien.")]
    public void Says_what_of_a_request_does_not_agree_with_the_schema(string principal, string action, string resource, string context, string? error)
    {
        Assert.True(EntityUid.TryParse(principal, out var p) & EntityUid.TryParse(action, out var a) & EntityUid.TryParse(resource, out var r));
        var record = CedarJson.ReadContext(Encoding.UTF8.GetBytes(context), Pages, a).Value!;

        Assert.Equal(error, RequestValidator.Validate(Pages, new AuthorizationRequest(p, a, r, record)).SingleOrDefault()?.ToString());
    }

    [Theory]
    [InlineData("{\"name\": \"a\", \"at\": [\"10.0.0.1\"], \"boss\": {\"type\": \"User\", \"id\": \"b\"}}", null)]
    [InlineData("{}", "User::\"alice\".name: This attribute is required, but missing.")]
    [InlineData("{\"name\": \"a\", \"at\": [1]}", "User::\"alice\".at[]: Expected ipaddr, but this is a long.")]
    [InlineData("{\"name\": \"a\", \"level\": {\"__entity\": {\"type\": \"Level\", \"id\": \"high\"}}}", "User::\"alice\".level: There is no Level with the id \"high\".")]
    [InlineData("{\"name\": \"a\", \"boss\": {\"type\": \"Group\", \"id\": \"b\"}}", "User::\"alice\".boss: Expected User, but this is a entity.")]
    public void Says_what_of_an_entity_does_not_agree_with_the_schema(string attributes, string? error)
    {
        var json = $"[{{\"uid\": {{\"type\": \"User\", \"id\": \"alice\"}}, \"attrs\": {attributes}, \"parents\": [{{\"type\": \"Group\", \"id\": \"g\"}}]}}]";
        var store = CedarJson.ReadEntities(Encoding.UTF8.GetBytes(json), Pages).Value!;

        Assert.Equal(error, RequestValidator.Validate(Pages, store.Entities).SingleOrDefault()?.ToString());
    }

    [Fact]
    public void Parents_tags_and_actions_are_looked_at_too()
    {
        var name = RecordValue.Create(("name", CedarValue.From("a")));

        Assert.Equal("A User cannot be below a Page.", Error(new Entity(Alice, name, [Home])));
        Assert.Equal("Expected Long, but this is a string.", Error(new Entity(Alice, name, [], RecordValue.Create(("t", CedarValue.From("x"))))));
        Assert.Equal("Entities of this type have no tags.", Error(new Entity(Home, RecordValue.Empty, [], RecordValue.Create(("t", CedarValue.From(1))))));
        Assert.Equal("Actions have no attributes and no tags.", Error(new Entity(Read, name, [])));
        Assert.Equal("This action is not in these groups by the schema.", Error(new Entity(new EntityUid("Action", "use"), Read)));
        Assert.Null(Error(new Entity(Read, new EntityUid("Action", "use"))));
    }

    [Fact]
    public void The_groups_of_actions_come_with_the_schema() =>
        Assert.True(CedarJson.ReadEntities("[]"u8, Pages).Value!.IsBelow(Read, new EntityUid("Action", "use")));

    private static string? Error(Entity entity) => RequestValidator.Validate(Pages, [entity]).SingleOrDefault()?.Message;
}
