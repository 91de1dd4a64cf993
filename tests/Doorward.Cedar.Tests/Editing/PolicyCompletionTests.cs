using System.Diagnostics;
using CsCheck;
using Doorward.Cedar.Editing;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Tests.Schemas;

namespace Doorward.Cedar.Tests.Editing;

[Collection(nameof(Undisturbed))]
public sealed class PolicyCompletionTests
{
    private const string In = "permit (principal, action, resource) when { ";

    private static readonly Schema Pages = TestSchema.Parse("""
        entity User in Group { name: String, age?: Long, boss?: User } tags String;
        entity Group in Group { name: String };
        entity Level enum ["low", "high"];
        entity Page { owner: User, at: datetime, names: Set<String>, "not a name": Long };
        action read in use appliesTo { principal: [User], resource: Page, context: { ip: ipaddr, device?: { os?: String, good: Bool } } };
        action write in use appliesTo { principal: User, resource: Page, context: { size: Long, wait: duration, price: decimal } };
        action use;
        namespace Shop { entity Cart; action buy appliesTo { principal: User, resource: Cart }; }
        """);

    // The bar is the cursor; what stands behind it is there already.
    [Theory]
    [InlineData("|", "permit forbid")]
    [InlineData("pe|", "permit")]
    [InlineData("permit (principal, action, resource);\nfo|", "forbid")]
    [InlineData("@id(\"a\") |", "permit forbid")]
    [InlineData("@|", "")]
    [InlineData("permit (|", "principal")]
    [InlineData("permit (principal |, action, resource);", "== in is")]
    [InlineData("permit (principal is |", "User")]
    [InlineData("permit (principal is User |", "in")]
    [InlineData("permit (principal in |", "Group:: User::")]
    [InlineData("permit (principal == U|", "User::")]
    [InlineData("permit (principal, |", "action")]
    [InlineData("permit (principal, action |", "== in")]
    [InlineData("permit (principal, action == |", "Action::\"read\" Action::\"write\" Shop::Action::\"buy\"")]
    [InlineData("permit (principal, action in [Action::\"read\", |", "Action::\"read\" Action::\"use\" Action::\"write\" Shop::Action::\"buy\"")]
    [InlineData("permit (principal, action == Action::|", "\"read\" \"use\" \"write\"")]
    [InlineData("permit (principal, action == Action::\"re|", "\"read\"")]
    [InlineData("permit (principal, action == Shop::|", "Cart Action")]
    [InlineData("permit (principal, action, resource |", "== in is")]
    [InlineData("permit (principal, action, resource is |", "Page Shop::Cart")]
    [InlineData("permit (principal, action, resource) |", "when unless")]
    [InlineData(In + "true } |", "when unless")]
    [InlineData(In + "con|", "context")]
    [InlineData(In + "principal.|", "age boss name hasTag( getTag(")]
    [InlineData(In + "principal.boss.|", "age boss name hasTag( getTag(")]
    [InlineData(In + "resource.owner.na|", "name")]
    [InlineData(In + "resource.|", "at names owner")]
    [InlineData(In + "resource.names.|", "contains( containsAll( containsAny( isEmpty()")]
    [InlineData(In + "resource.at.to|", "toDate() toTime()")]
    [InlineData(In + "context.|", "device ip price size wait")]
    [InlineData("permit (principal, action == Action::\"read\", resource) when { context.|", "device ip")]
    [InlineData("permit (principal, action == Action::\"write\", resource) when { context.|", "price size wait")]
    [InlineData("permit (principal, action == Action::\"write\", resource) when { context.wait.toH|", "toHours()")]
    [InlineData("permit (principal, action == Action::\"write\", resource) when { context.price.g|", "greaterThan( greaterThanOrEqual(")]
    [InlineData(In + "context has |", "device ip price size wait")]
    [InlineData(In + "context has device.|", "good os")]
    [InlineData(In + "context.device has o|", "os")]
    [InlineData(In + "principal is |", "Group Level Page Shop::Cart User")]
    [InlineData(In + "principal has age && h|", "")]
    [InlineData(In + "principal h|", "has")]
    [InlineData(In + "resource.owner == Level::|", "\"high\" \"low\"")]
    [InlineData(In + "principal.name like |", "")]
    [InlineData(In + "principal.name == \"a|", "")]
    [InlineData(In + "// con|", "")]
    [InlineData(In + "1|", "")]
    [InlineData(In + "d|", "decimal( duration( datetime(", true)]
    [InlineData(In + "(con|text).a }", "context")]
    [InlineData("???? con|", "")]
    public void Proposes_what_may_stand_at_the_cursor(string text, string expected, bool anyOrder = false)
    {
        var proposed = Complete(text).Items.Select(item => item.Text).ToList();

        if (anyOrder) Assert.Equal(expected.Split(' ').Order(StringComparer.Ordinal), proposed.Order(StringComparer.Ordinal));
        else Assert.Equal(expected, string.Join(' ', proposed));
    }

    [Fact]
    public void Says_what_is_replaced_and_of_which_type_it_would_be()
    {
        var list = Complete(In + "context.dev|");

        Assert.Equal((In.Length + 8, 3), (list.Replaces.Start, list.Replaces.Length));
        Assert.Equal(new Completion("device", CompletionKind.Attribute, "{good: Bool, os?: String}, optional"), Assert.Single(list.Items));
    }

    [Fact]
    public void An_offset_outside_of_the_text_is_a_mistake_of_the_caller() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PolicyCompletion.At(Pages, "permit", 7));

    [Fact]
    public void No_text_makes_it_throw() => Gen.Select(Gen.OneOf(
        "permit", "(", ")", "principal", "action", ",", "resource", "when", "{", "}", "context", ".", "has", "is", "in", "==", "::", "\"a\"", "\"", "Action", "[", "]", ";", "//", "\n", "User", " ").Array[0, 25], Gen.Int[0, 200])
        .Sample((words, at) =>
        {
            var text = string.Join(' ', words);
            var list = PolicyCompletion.At(Pages, text, Math.Min(at, text.Length));
            Assert.InRange(list.Items.Count, 0, PolicyCompletion.MaxItems);
        }, iter: 5000);

    [Theory]
    [InlineData("a.")]
    [InlineData("( ")]
    [InlineData("// \n")]
    [InlineData("permit ")]
    [InlineData("{ context.")]
    [InlineData("User::")]
    public void A_megabyte_of_anything_is_answered_soon(string piece)
    {
        var text = In + string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length));
        var clock = Stopwatch.StartNew();

        Assert.InRange(PolicyCompletion.At(Pages, text, text.Length).Items.Count, 0, PolicyCompletion.MaxItems);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"{clock.Elapsed}");
    }

    private static CompletionList Complete(string text)
    {
        var at = text.IndexOf('|', StringComparison.Ordinal);
        return PolicyCompletion.At(Pages, text.Remove(at, 1), at);
    }
}
