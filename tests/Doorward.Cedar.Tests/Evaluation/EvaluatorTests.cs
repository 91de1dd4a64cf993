namespace Doorward.Cedar.Tests.Evaluation;

/// <summary>Each row is an expression that must be true, or one that must have no value and why.</summary>
public sealed class EvaluatorTests
{
    private static readonly EntityUid Staff = new("Group", "staff");

    private static readonly EntityStore Entities = EntityStore.Create(
    [
        new Entity(
            TestPolicy.Alice, RecordValue.Create(("name", "Alice"), ("manager", new EntityUid("User", "bob")), ("address", RecordValue.Create(("city", "Paris")))),
            [new EntityUid("Group", "developers")], RecordValue.Create(("team", "red"))),
        new Entity(new EntityUid("Group", "developers"), Staff),
    ]);

    private static readonly RecordValue Context = RecordValue.Create(
        ("mfa", true), ("level", 2L), ("ids", SetValue.Create(1L, 2L)), ("ip", IpAddressValue.From(System.Net.IPAddress.Parse("10.1.2.3"))));

    [Theory]
    [InlineData("true && true && true")]
    [InlineData("!(true && false && 1)")]
    [InlineData("false || false || true || 1")]
    [InlineData("(if true then 1 else 1 + true) == 1")]
    [InlineData("(if false then 1 + true else 2) == 2")]
    [InlineData("1 == 1 && !(1 == \"1\") && 1 != true && {a: 1} != [1]")]
    [InlineData("[1, 2, 2] == [2, 1] && [] != [[]] && {a: 1, b: 2} == {b: 2, a: 1}")]
    [InlineData("1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3 && !(1 > 2)")]
    [InlineData("1 + 2 - 4 == -1 && 2 * 3 * -4 == -24 && -(3) == 0 - 3")]
    [InlineData("9223372036854775807 - 9223372036854775807 == 0 && -9223372036854775808 + 1 == -9223372036854775807")]
    [InlineData("principal in Group::\"staff\" && principal in Group::\"developers\" && principal in principal")]
    [InlineData("principal in [Group::\"none\", Group::\"staff\"] && !(principal in []) && !(Group::\"staff\" in principal)")]
    [InlineData("User::\"nobody\" in [User::\"nobody\"] && !(User::\"nobody\" in Group::\"staff\")")]
    [InlineData("principal is User && !(principal is Admin) && !(principal is Admin in 1) && principal is User in Group::\"staff\"")]
    [InlineData("principal.name == \"Alice\" && principal[\"name\"] == principal.name && principal.address.city == \"Paris\"")]
    [InlineData("principal has name && !(principal has age) && principal has address.city && !(principal has address.street.number)")]
    [InlineData("!(User::\"nobody\" has name) && principal has manager && !(principal has manager.name)")]
    [InlineData("context has mfa && context.mfa && context.level >= 2 && !(context has device.compliant)")]
    [InlineData("principal.hasTag(\"team\") && principal.getTag(\"team\") == \"red\" && !principal.hasTag(\"x\") && !User::\"nobody\".hasTag(\"team\")")]
    [InlineData("context.ids.contains(1) && !context.ids.contains(\"1\") && context.ids.containsAll([]) && context.ids.containsAll([2, 1])")]
    [InlineData("context.ids.containsAny([9, 2]) && !context.ids.containsAny([]) && [].isEmpty() && !context.ids.isEmpty()")]
    [InlineData("[1,2,3,4,5,6,7,8,9,10].contains(10) && [1,2,3,4,5,6,7,8,9,10].containsAll([9, 1]) && [11, 3].containsAny([1,2,3,4,5,6,7,8,9,10])")]
    [InlineData("context.ip.isInRange(ip(\"10.0.0.0/8\")) && context.ip == ip(\"10.1.2.3\") && context.ip.isIpv4()")]
    [InlineData("\"\" like \"*\" && \"\" like \"\" && !(\"\" like \"a\") && \"a*b\" like \"a\\*b\" && !(\"axb\" like \"a\\*b\")")]
    [InlineData("\"😀é😀\" like \"*é*\" && \"😀\" like \"😀\" && \"abcabd\" like \"*abd\" && !(\"aa\" like \"a*a*a\") && \"aba\" like \"a*a\"")]
    [InlineData("{\"a b\": 1}[\"a b\"] == 1 && {\"a\": {\"if\": 2}}.a[\"if\"] == 2")]
    public void Has_the_value_that_the_specification_gives(string expression) =>
        Assert.Equal(BooleanValue.True, TestPolicy.Value(expression, Entities, Context));

    [Theory]
    [InlineData("1 && true", EvaluationErrorKind.Type)]
    [InlineData("true && 1", EvaluationErrorKind.Type)]
    [InlineData("true && 1 && false", EvaluationErrorKind.Type)]
    [InlineData("false || \"a\"", EvaluationErrorKind.Type)]
    [InlineData("!1", EvaluationErrorKind.Type)]
    [InlineData("if 1 then 2 else 3", EvaluationErrorKind.Type)]
    [InlineData("1 < \"2\"", EvaluationErrorKind.Type)]
    [InlineData("decimal(\"1.0\") < decimal(\"2.0\")", EvaluationErrorKind.Type)]
    [InlineData("datetime(\"2024-01-01\") < duration(\"1d\")", EvaluationErrorKind.Type)]
    [InlineData("1 + true", EvaluationErrorKind.Type)]
    [InlineData("2 * \"2\"", EvaluationErrorKind.Type)]
    [InlineData("-(\"a\")", EvaluationErrorKind.Type)]
    [InlineData("9223372036854775807 + 1", EvaluationErrorKind.Overflow)]
    [InlineData("9223372036854775807 + 1 - 1", EvaluationErrorKind.Overflow)]
    [InlineData("-9223372036854775808 - 1", EvaluationErrorKind.Overflow)]
    [InlineData("--9223372036854775808", EvaluationErrorKind.Overflow)]
    [InlineData("4611686018427387904 * 2", EvaluationErrorKind.Overflow)]
    [InlineData("4611686018427387904 * 2 * 0", EvaluationErrorKind.Overflow)]
    [InlineData("principal in [principal, 1]", EvaluationErrorKind.Type)]
    [InlineData("principal in 1", EvaluationErrorKind.Type)]
    [InlineData("1 in principal", EvaluationErrorKind.Type)]
    [InlineData("1 is User", EvaluationErrorKind.Type)]
    [InlineData("principal is User in 1", EvaluationErrorKind.Type)]
    [InlineData("principal.age", EvaluationErrorKind.MissingAttribute)]
    [InlineData("context.device.compliant", EvaluationErrorKind.MissingAttribute)]
    [InlineData("User::\"nobody\".name", EvaluationErrorKind.MissingEntity)]
    [InlineData("1.name", EvaluationErrorKind.Type)]
    [InlineData("1 has name", EvaluationErrorKind.Type)]
    [InlineData("principal has name.first", EvaluationErrorKind.Type)]
    [InlineData("principal.getTag(\"x\")", EvaluationErrorKind.MissingTag)]
    [InlineData("User::\"nobody\".getTag(\"team\")", EvaluationErrorKind.MissingTag)]
    [InlineData("principal.hasTag(1)", EvaluationErrorKind.Type)]
    [InlineData("context.hasTag(\"a\")", EvaluationErrorKind.Type)]
    [InlineData("1.contains(1)", EvaluationErrorKind.Type)]
    [InlineData("[1].containsAll(1)", EvaluationErrorKind.Type)]
    [InlineData("\"a\".isEmpty()", EvaluationErrorKind.Type)]
    [InlineData("1 like \"1\"", EvaluationErrorKind.Type)]
    [InlineData("[1, 1 + true]", EvaluationErrorKind.Type)]
    [InlineData("{a: context.none}", EvaluationErrorKind.MissingAttribute)]
    [InlineData("ip(\"300.1.1.1\")", EvaluationErrorKind.Extension)]
    [InlineData("ip(1)", EvaluationErrorKind.Type)]
    [InlineData("ip()", EvaluationErrorKind.Type)]
    [InlineData("context.ip.isInRange()", EvaluationErrorKind.Type)]
    [InlineData("context.ip.isInRange(\"10.0.0.0/8\")", EvaluationErrorKind.Type)]
    [InlineData("(1 + true) == (1 + true)", EvaluationErrorKind.Type)]
    public void Has_no_value_and_says_why(string expression, EvaluationErrorKind kind)
    {
        var failure = TestPolicy.Failure(expression, Entities, Context);

        Assert.Equal(kind, failure.Kind);
        Assert.NotEmpty(failure.Message);
    }

    [Fact]
    public void An_error_points_at_the_part_that_has_no_value()
    {
        const string text = "permit (principal, action, resource) when { true && context.device.compliant };";
        var outcome = Authorizer.Evaluate(TestPolicy.Parse(text), Entities, TestPolicy.Request);

        Assert.Equal("context.device", text.Substring(outcome.Error!.Location.Start, outcome.Error.Location.Length));
    }

    [Theory]
    [InlineData("principal.secret")]
    [InlineData("principal in [context.key]")]
    [InlineData("ip(context.key)")]
    [InlineData("context.key + 1")]
    [InlineData("principal.getTag(context.key)")]
    public void Messages_never_carry_values(string expression)
    {
        var failure = TestPolicy.Failure(expression, Entities, RecordValue.Create(("key", "private")));

        Assert.DoesNotContain("private", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("alice", failure.Message, StringComparison.OrdinalIgnoreCase);
    }
}
