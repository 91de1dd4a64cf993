using Doorward.Cedar.Schemas;

namespace Doorward.Cedar.Tests.Schemas;

public sealed class SchemaTests
{
    private const string Photos = """
        // What everybody shares.
        type Address = { street: String, city?: String };
        @doc("an \"app\"")
        namespace Photos {
          entity User in [Team, Department] { name: String, "home address"?: Address, boss?: User, at: Set<ipaddr> } tags Set<String>;
          entity Team, Department in Department;
          @listed entity Level enum ["low", "high"];
          entity Photo = { @doc("who made it") owner: User, level: Level, score: decimal, by: Set<Action>, };
          type Context = { when: datetime, for?: duration };
          action "all";
          action read, "show page" in ["all", Other::Action::"any"] appliesTo { principal: User, resource: [Photo, Team], context: Context };
        }
        namespace Other { action any; }
        """;

    [Fact]
    public void Reads_what_the_declarations_say()
    {
        var schema = TestSchema.Parse(Photos);

        var user = schema.EntityTypes["Photos::User"];
        Assert.Equal(["Photos::Department", "Photos::Team"], user.Ancestors.Order());
        Assert.Equal("{at: Set<ipaddr>, boss?: Photos::User, \"home address\"?: {..}, name: String}", user.Attributes.ToString());
        Assert.Equal("Set<String>", user.Tags?.ToString());
        Assert.Equal(["high", "low"], schema.EntityTypes["Photos::Level"].Choices!.Order());
        Assert.Contains("Photos::Department", schema.EntityTypes["Photos::Team"].Ancestors);
        var show = schema.Actions[new EntityUid("Photos::Action", "show page")];
        Assert.Equal(["Photos::Photo", "Photos::Team"], show.ResourceTypes);
        Assert.Equal("{for?: duration, when: datetime}", show.Context.ToString());
        Assert.Contains(new EntityUid("Other::Action", "any"), show.Ancestors);
        Assert.Empty(schema.Actions[new EntityUid("Photos::Action", "all")].PrincipalTypes);
    }

    [Fact]
    public void Both_syntaxes_say_the_same_and_keep_annotations()
    {
        var schema = TestSchema.Parse(Photos);
        var json = TestSchema.Parse(schema.ToJson());
        var text = TestSchema.Parse(TestSchema.Text(json));

        Assert.Null(TestSchema.Difference(schema, json));
        Assert.Null(TestSchema.Difference(schema, text));
        Assert.Equal(schema.ToJson(), text.ToJson());
        Assert.Equal(TestSchema.Text(schema), TestSchema.Text(text));
        Assert.Contains("@doc(\"who made it\")", TestSchema.Text(text), StringComparison.Ordinal);
        Assert.Contains("@listed\n", TestSchema.Text(text), StringComparison.Ordinal);
    }

    [Fact]
    public void A_declared_name_stands_in_front_of_the_languages_own_and_a_common_type_in_front_of_an_entity_type()
    {
        var schema = TestSchema.Parse("""
            namespace Demo {
              entity Host { ip: ipaddr, bandwidth: decimal, name: __cedar::String };
              entity String { groups: Set<__cedar::String> };
              type ipaddr = { repr: String };
            }
            """);

        Assert.Equal("{bandwidth: decimal, ip: {..}, name: String}", schema.EntityTypes["Demo::Host"].Attributes.ToString());
        Assert.Equal("{repr: Demo::String}", schema.EntityTypes["Demo::Host"].Attributes.Attributes["ip"].Type.ToString());
    }

    [Fact]
    public void Json_can_say_that_a_name_means_the_entity_type_and_text_says_that_it_cannot()
    {
        var schema = TestSchema.Parse("""
            {"": {"commonTypes": {"A": {"type": "Long"}}, "entityTypes": {"A": {}, "B": {"shape": {"type": "Record", "attributes": {
              "common": {"type": "A"}, "entity": {"type": "Entity", "name": "A", "required": false}}}}}, "actions": {}}}
            """);

        Assert.Equal("{common: Long, entity?: A}", schema.EntityTypes["B"].Attributes.ToString());
        Assert.False(schema.TryToText(out _, out var problem));
        Assert.Contains("A is declared as a common type too", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("entity A; entity A;", 1, 11, "The entity type A is declared twice.")]
    [InlineData("type A = Long; type A = Long;", 1, 16, "The type A is declared twice.")]
    [InlineData("action a; action a;", 1, 11, "The action Action::\"a\" is declared twice.")]
    [InlineData("namespace A {} namespace A {}", 1, 26, "The namespace A is there twice.")]
    [InlineData("entity Action;", 1, 1, "The entity type Action is always there.")]
    [InlineData("type Record = Long;", 1, 1, "`Record` is reserved.")]
    [InlineData("entity __cedar;", 1, 1, "Names with `__cedar` are reserved for the language.")]
    [InlineData("namespace __cedar::A {}", 1, 11, "Names with `__cedar` are reserved for the language.")]
    [InlineData("entity A { b: Lon };", 1, 15, "There is no type `Lon`.")]
    [InlineData("entity A in B;", 1, 13, "There is no entity type `B`.")]
    [InlineData("entity A in [Action]; action a;", 1, 14, "There is no entity type `Action`.")]
    [InlineData("type T = {}; entity A in T;", 1, 26, "There is no entity type `T`.")]
    [InlineData("entity A { a: Long, a: Long };", 1, 21, "The attribute \"a\" is there twice.")]
    [InlineData("type A = Set<B>; type B = { a: A };", 1, 1, "The type A is made of itself.")]
    [InlineData("type A = Long; entity B = { }; action a appliesTo { principal: B, resource: B, context: A };", 1, 89, "The context of Action::\"a\" must be a record.")]
    [InlineData("action a in b; action b in a;", 1, 1, "The action Action::\"a\" is in itself.")]
    [InlineData("action a in b;", 1, 13, "There is no action \"b\" to be in.")]
    [InlineData("entity A; namespace N { entity A; }", 1, 25, "The type N::A hides A, which is declared outside of all namespaces.")]
    [InlineData("entity A; namespace N { type A = Long; }", 1, 25, "The type N::A hides A, which is declared outside of all namespaces.")]
    [InlineData("action a; namespace N { action a; }", 1, 25, "The action N::Action::\"a\" hides Action::\"a\", which is declared outside of all namespaces.")]
    [InlineData("entity A; action a appliesTo { principal: [], resource: A };", 1, 32, "`principal` names no entity type.")]
    [InlineData("entity A; action a appliesTo { resource: A };", 1, 30, "`principal` is missing.")]
    [InlineData("entity A; action a appliesTo { resource: A, resource: A };", 1, 45, "`resource` is there twice.")]
    [InlineData("entity A enum [];", 1, 16, "Expected an id in quotation marks, found `]`.")]
    [InlineData("entity A\n{ b: Long }", 2, 12, "The text ends where `in`, `{`, `tags`, `enum` or `;` should stand.")]
    [InlineData("entitty A;", 1, 1, "Expected `namespace`, `entity`, `action` or `type`, found `entitty`.")]
    [InlineData("entity A { in: Long };", 1, 12, "`in` is a reserved word and cannot be the name of an attribute.")]
    public void Says_what_is_wrong_and_where(string text, int line, int column, string message)
    {
        var error = TestSchema.Error(text);

        Assert.Equal(message, error.Message);
        Assert.Equal((line, column), (error.Location.Line, error.Location.Column));
    }

    [Theory]
    [InlineData("{\"\": {\"entityTypes\": {}}}", "The member actions is missing.")]
    [InlineData("{\"\": {\"entityTypes\": {}, \"actions\": {}, \"more\": 1}}", "The member \"more\" has no meaning here.")]
    [InlineData("{\"\": {\"entityTypes\": {\"A\": {}, \"A\": {}}, \"actions\": {}}}", "The name \"A\" is there twice.")]
    [InlineData("{\"\": {\"entityTypes\": {\"A B\": {}}, \"actions\": {}}}", "\"A B\" cannot be the name of a type.")]
    [InlineData("{\"\": {\"entityTypes\": {\"A\": {\"enum\": []}}, \"actions\": {}}}", "An enumeration has at least one id.")]
    [InlineData("{\"\": {\"entityTypes\": {\"A\": {\"shape\": {\"type\": \"Long\"}}}, \"actions\": {}}}", "The shape of A must be a record.")]
    [InlineData("{\"\": {\"entityTypes\": {\"A\": {\"tags\": {\"type\": \"Extension\", \"name\": \"Long\"}}}, \"actions\": {}}}", "There is no type `Long`.")]
    [InlineData("{\"\": {\"entityTypes\": {}, \"actions\": {\"a\": {\"attributes\": {\"b\": 1}}}}}", "Actions have no attributes.")]
    [InlineData("{\"\": {\"entityTypes\": {}, \"actions\": {\"a\": {\"attributes\": {}}}}}", "Actions have no attributes.")]
    [InlineData("{\"\": {\"entityTypes\": {}, \"actions\": {}, \"annotations\": {\"a\": \"b\"}}}", "What is outside of all namespaces has no annotations.")]
    [InlineData("{\"\": ", "Expected depth to be zero at the end of the JSON payload. There is an open JSON object or array that should be closed.")]
    public void Says_what_is_wrong_with_json(string json, string message) => Assert.Equal(message, TestSchema.Error(json).Message);

    [Theory]
    [InlineData("{\"\": {\"entityTypes\": {\"EntityOrCommon\": {}}, \"actions\": {\"a\": {\"attributes\": null}}, \"annotations\": {}}}")]
    [InlineData("{\"\": {\"commonTypes\": {\"EntityOrCommon\": {\"type\": \"Long\"}}, \"entityTypes\": {}, \"actions\": {}}, \"N\": {\"entityTypes\": {}, \"actions\": {}, \"annotations\": {\"a\": \"b\"}}}")]
    public void Reads_what_the_reference_reads(string json)
    {
        var schema = Schema.ParseJson(json);

        Assert.True(schema.Success, string.Join('\n', schema.Errors));
        Assert.True(Schema.ParseJson(schema.Schema!.ToJson()).Success);
    }

    [Fact]
    public void Suggests_the_name_that_may_be_meant() =>
        Assert.Equal("Did you mean `Group`?", TestSchema.Error("entity Group; entity User in Gruop;").Hint);

    [Fact]
    public void All_errors_are_found_in_one_look()
    {
        var errors = Schema.Parse("entity A { b: Wrong };\nentity B in Missing;\nentity C tags Other;").Errors;

        Assert.Equal([1, 2, 3], errors.Select(error => error.Location.Line));
        Assert.Equal([1, 2], Schema.Parse("entity A ( ;\nentity B in ;\nentity C;").Errors.Select(error => error.Location.Line));
    }
}
