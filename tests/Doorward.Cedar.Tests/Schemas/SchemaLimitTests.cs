using System.Text;
using Doorward.Cedar.Schemas;

namespace Doorward.Cedar.Tests.Schemas;

/// <summary>Schemas that would take for ever, or all of the stack, are errors.</summary>
public sealed class SchemaLimitTests
{
    [Theory]
    [InlineData("Set<", "Long", ">")]
    [InlineData("{a: ", "Long", "}")]
    public void Nesting_is_bounded(string open, string inner, string close)
    {
        var deep = string.Concat(Enumerable.Repeat(open, 50_000)) + inner + string.Concat(Enumerable.Repeat(close, 50_000));

        Assert.StartsWith("This is nested more than 64 levels deep.", TestSchema.Error($"type A = {deep};").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_nesting_is_bounded()
    {
        var deep = string.Concat(Enumerable.Repeat("{\"type\": \"Set\", \"element\": ", 20_000)) + "{\"type\": \"Long\"}" + new string('}', 20_000);
        var schema = $"{{\"\": {{\"commonTypes\": {{\"A\": {deep}}}, \"entityTypes\": {{}}, \"actions\": {{}}}}}}";

        Assert.StartsWith("This is nested more than 64 levels deep.", TestSchema.Error(schema).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Types_that_double_with_every_step_are_refused()
    {
        var text = new StringBuilder("type T0 = { a: Long };");
        for (var i = 1; i <= 60; i++) text.Append($"type T{i} = {{ a: T{i - 1}, b: T{i - 1} }};");

        Assert.Contains(Schema.Parse(text.ToString()).Errors, error => error.Message.StartsWith("This type grows too large", StringComparison.Ordinal));
    }

    [Fact]
    public void Chains_of_types_are_followed_without_the_stack_and_refused_when_what_they_make_is_too_deep()
    {
        var aliases = new StringBuilder("type T0 = Long;");
        var nested = new StringBuilder("type T0 = Long;");
        for (var i = 1; i <= 20_000; i++)
        {
            aliases.Append($"type T{i}=T{i - 1};");
            nested.Append($"type T{i}=Set<T{i - 1}>;");
        }

        Assert.True(Schema.Parse(aliases.ToString()).Success);
        Assert.False(Schema.Parse(nested.ToString()).Success);
    }

    [Fact]
    public void Long_chains_of_entity_types_and_actions_are_read()
    {
        var text = new StringBuilder("entity E0; action a0;");
        for (var i = 1; i <= 10_000; i++) text.Append($"entity E{i} in E{i - 1};action a{i} in a{i - 1};");
        var schema = TestSchema.Parse(text.ToString());

        Assert.Equal(10_000, schema.EntityTypes["E10000"].Ancestors.Count);
        Assert.Equal(10_000, schema.Actions[new EntityUid("Action", "a10000")].Ancestors.Count);
    }

    [Fact]
    public void Text_longer_than_allowed_is_not_read() =>
        Assert.Contains("at most 1048576 are read", TestSchema.Error(new string(' ', 10_000_000)).Message, StringComparison.Ordinal);
}
