using Doorward.Cedar.Schemas;
using Doorward.Cedar.Tests.Schemas;
using Doorward.Cedar.Validation;

namespace Doorward.Cedar.Tests.Validation;

public sealed class PolicyValidatorTests
{
    private static readonly Schema Pages = TestSchema.Parse("""
        entity User in Group { name: String, age?: Long, boss?: User, address: { street?: String } } tags String;
        entity Group in Group { name: String };
        entity Robot;
        entity Level enum ["low", "high"];
        entity Page { owner: User, level: Level, at: datetime, names: Set<String>, readers: Set<User> };
        action read in use appliesTo { principal: [User, Robot], resource: Page, context: { ip: ipaddr, device?: { os?: String, good: Bool } } };
        action write in use appliesTo { principal: User, resource: Page };
        action use;
        """);

    private const string Before = "permit (principal, action == Action::\"read\", resource) when { ";

    [Theory]
    [InlineData("principal has name && principal.name == \"a\"")]
    [InlineData("context has device.os && context.device.os like \"*nux\"")]
    [InlineData("principal is User && principal in Group::\"g\" && principal.name == \"a\"")]
    [InlineData("principal is User && (if principal has age then principal.age else 0) > 17")]
    [InlineData("principal is User && principal.hasTag(\"a\") && principal.getTag(\"a\") == \"b\"")]
    [InlineData("principal is User && !(principal has age && principal.age < 18)")]
    [InlineData("resource.level == Level::\"low\" || resource.at < datetime(\"2024-01-01\").offset(duration(\"1d\"))")]
    [InlineData("principal == resource.owner")]
    [InlineData("context.ip.isInRange(ip(\"10.0.0.0/8\"))")]
    [InlineData("action in Action::\"use\" && {a: 1} == {a: 2}")]
    public void Lets_pass_what_cannot_fail(string expression) => Assert.Empty(Validate(expression).Errors);

    [Theory]
    [InlineData("principal.name == \"a\"", ValidationFindingKind.UnknownAttribute, "An entity of type Robot has no attribute \"name\".")]
    [InlineData("principal is User && principal.age > 1", ValidationFindingKind.UnguardedAccess, "The attribute \"age\" is optional and may be missing.")]
    [InlineData("principal is User && (principal has age || true) && principal.age > 1", ValidationFindingKind.UnguardedAccess, "The attribute \"age\" is optional and may be missing.")]
    [InlineData("principal is User && principal.getTag(\"a\") == \"b\"", ValidationFindingKind.UnguardedAccess, "This tag may be missing.")]
    [InlineData("context.device.good", ValidationFindingKind.UnguardedAccess, "The attribute \"device\" is optional and may be missing.")]
    [InlineData("resource.names + 1 == 2", ValidationFindingKind.UnexpectedType, "Expected Long, but this is of type Set<String>.")]
    [InlineData("resource.owner like \"a*\"", ValidationFindingKind.UnexpectedType, "Expected String, but this is of type User.")]
    [InlineData("resource.names.contains(1)", ValidationFindingKind.IncompatibleTypes, "The set and what it may contain are of the types String and Long, which have nothing in common.")]
    [InlineData("resource.owner.name == 1", ValidationFindingKind.IncompatibleTypes, "The sides of a comparison are of the types String and Long, which have nothing in common.")]
    [InlineData("[1, \"a\"].contains(1)", ValidationFindingKind.IncompatibleTypes, "The elements of a set are of the types Long and String, which have nothing in common.")]
    [InlineData("resource.names.containsAny([])", ValidationFindingKind.Strictness, "The type of an empty set is not known.")]
    [InlineData("context.ip == ip(resource.owner.name)", ValidationFindingKind.Strictness, "The text of ip(..) must be written out.")]
    [InlineData("context.ip == ip(\"300.1.1.1\")", ValidationFindingKind.Arguments, "This text is no ip; write it like 10.0.0.1, 10.0.0.0/8 or 2001:db8::/32.")]
    [InlineData("context.ip.isIpv4(1)", ValidationFindingKind.Arguments, "isIpv4(..) takes 0 argument(s), not 1.")]
    [InlineData("resource.level == Level::\"lwo\"", ValidationFindingKind.UnknownChoice, "There is no Level with the id \"lwo\".")]
    [InlineData("resource in Grop::\"a\"", ValidationFindingKind.UnknownEntityType, "There is no entity type Grop.")]
    [InlineData("action == Action::\"raed\"", ValidationFindingKind.UnknownAction, "There is no action Action::\"raed\".")]
    [InlineData("resource", ValidationFindingKind.UnexpectedType, "Expected Bool, but this is of type Page.")]
    [InlineData("resource.owner has address.street.more", ValidationFindingKind.UnexpectedType, "Expected an entity or a record, but `street` is of type String.")]
    public void Refuses_what_may_fail_and_says_where(string expression, ValidationFindingKind kind, string message)
    {
        var result = Validate(expression);

        var error = Assert.Single(result.Errors);
        Assert.Equal((kind, message), (error.Kind, error.Message));
        Assert.InRange(error.Location.Start, Before.Length, Before.Length + expression.Length);
        Assert.False(result.IsValid);
    }

    [Theory]
    [InlineData("resource.names.containsAny([])")]
    [InlineData("resource.owner.name == 1")]
    [InlineData("context.ip == ip(resource.owner.name)")]
    [InlineData("(if resource.owner.name == \"\" then resource.owner else Group::\"g\").name == \"a\"")]
    public void Permissive_validation_lets_pass_what_cannot_fail_although_it_is_not_strict(string expression)
    {
        Assert.NotEmpty(Validate(expression).Errors);
        Assert.Empty(Validate(expression, ValidationMode.Permissive).Errors);
    }

    [Theory]
    [InlineData("principal.name == 1")]
    [InlineData("resource.owner.age > 1")]
    [InlineData("(if resource.owner.name == \"\" then resource.owner else Group::\"g\").age == 1")]
    public void Permissive_validation_refuses_what_may_fail(string expression) =>
        Assert.NotEmpty(Validate(expression, ValidationMode.Permissive).Errors);

    [Fact]
    public void Names_the_hint_the_expectation_and_the_requests_that_are_concerned()
    {
        var error = Assert.Single(Validate("principal has naem && principal.name == \"a\" || principal is User && principal.age > 1").Errors);

        Assert.Equal("Ask first: principal has age && ..", error.Hint);
        Assert.StartsWith("principal User, Action::\"", error.Environment, StringComparison.Ordinal);
        Assert.Equal("Long", Assert.Single(Validate("resource.names + 1 == 2").Errors).Expected);
        Assert.Equal("Did you mean `Group`?", Assert.Single(Validate("resource in Grop::\"a\"").Errors).Hint);
    }

    [Fact]
    public void The_action_in_no_set_is_an_empty_set_like_any_other() =>
        Assert.Equal(ValidationFindingKind.Strictness, Assert.Single(Look("permit (principal, action in [], resource);").Errors).Kind);

    [Theory]
    [InlineData("permit (principal, action, resource) when { principal is Page };", "its conditions are false")]
    [InlineData("permit (principal is Page, action, resource);", "no action applies")]
    [InlineData("permit (principal, action == Action::\"use\", resource);", "no action applies")]
    public void Warns_of_policies_that_never_apply(string text, string part)
    {
        var result = Look(text);

        Assert.True(result.IsValid);
        Assert.Contains(part, Assert.Single(result.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Suggests_in_where_only_members_of_what_is_named_can_ask() =>
        Assert.Equal("Did you mean `in` instead of `==`?", Assert.Single(Look("permit (principal == Group::\"g\", action, resource);").Warnings).Hint);

    [Theory]
    [InlineData("forbid (principal, action == Action::\"read\", resource) when { context has device && !context.device.good };", true)]
    [InlineData("forbid (principal, action == Action::\"read\", resource) unless { context has device && context.device.good };", false)]
    [InlineData("forbid (principal, action == Action::\"read\", resource) when { context has device };", false)]
    [InlineData("permit (principal, action == Action::\"read\", resource) when { context has device && context.device.good };", false)]
    public void Warns_of_a_forbid_that_missing_evidence_switches_off(string text, bool isWarned)
    {
        var result = Look(text);

        Assert.True(result.IsValid);
        Assert.Equal(isWarned, result.Warnings.Any(warning => warning.Kind == ValidationFindingKind.ForbidNeedsEvidence));
        if (isWarned) Assert.Equal("This forbid does not apply when `context.device` is missing.", result.Warnings[0].Message);
    }

    [Theory]
    [InlineData("resource.owner.name == \"\u202eeman\"", true)]
    [InlineData("resource.owner.name == \"p\u0430ypal\"", true)]
    [InlineData("resource.owner.name == \"ad\u200bmin\"", true)]
    [InlineData("resource.owner.name == \"\\u{202e}\"", true)]
    [InlineData("resource.owner.name == \"ad\" // \u202e comment", true)]
    [InlineData("resource.owner.name == \"Ω мир naïve 日本\"", false)]
    public void Warns_of_text_that_does_not_read_as_it_looks(string expression, bool isWarned) =>
        Assert.Equal(isWarned, Validate($"{expression}\n").Warnings.Any(warning => warning.Kind == ValidationFindingKind.DeceptiveText));

    [Fact]
    public void Templates_are_validated_for_whatever_may_fill_their_slots()
    {
        Assert.True(Look("permit (principal in ?principal, action, resource == ?resource) when { resource.names.contains(\"a\") };").IsValid);
        Assert.False(Look("permit (principal in ?principal, action, resource == ?resource) when { resource.name == \"a\" };").IsValid);
    }

    [Fact]
    public void Deep_and_long_expressions_are_validated_in_time_that_grows_with_their_length()
    {
        var chain = string.Join(" && ", Enumerable.Repeat("context has device.os && context.device.os != \"a\"", 2_000));
        var nested = string.Concat(Enumerable.Repeat("(1 != 2) != (", 60)) + "true" + new string(')', 60);

        Assert.Empty(Look($"permit (principal, action == Action::\"read\", resource) when {{ {chain} }};").Errors);
        Assert.Empty(Validate(nested).Errors);
    }

    private static ValidationResult Validate(string expression, ValidationMode mode = ValidationMode.Strict) =>
        Look($"{Before}{expression} }};", mode);

    private static ValidationResult Look(string text, ValidationMode mode = ValidationMode.Strict)
    {
        var policies = PolicySet.Parse(text);
        return policies.Success ? new PolicyValidator(Pages, mode).Validate(policies.PolicySet) : throw new InvalidDataException(policies.Errors[0].ToString());
    }
}
