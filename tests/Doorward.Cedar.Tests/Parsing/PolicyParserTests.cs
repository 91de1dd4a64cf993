namespace Doorward.Cedar.Tests.Parsing;

public sealed class PolicyParserTests
{
    [Theory]
    [InlineData("permit(principal,action,resource);")]
    [InlineData("forbid (principal == User::\"a\", action == Action::\"b\", resource == A::B::C::\"\");")]
    [InlineData("permit (principal in G::\"a\", action in NS::Action::\"b\", resource in R::\"c\");")]
    [InlineData("permit (principal is User, action in [Action::\"a\", Action::\"b\"], resource is A::B in R::\"c\");")]
    [InlineData("permit (principal, action in [], resource,);")]
    [InlineData("@id(\"x\") @if(\"a reserved word\") @bare permit (principal, action, resource) when { true } unless { false } when { true };")]
    [InlineData("permit (principal, action, resource) when { [1, 2,] == [] && {} == {a: 1, \"b c\": {c: 2},} };")]
    [InlineData("// comment\npermit (principal, action, resource) // another\n;// and a last")]
    [InlineData("permit (principal, action, resource) when { principal has a.b.c || principal has \"a b\" || context has permit };")]
    [InlineData("permit (principal, action, resource) when { principal::\"x\" == when::permit::\"y\" };")]
    [InlineData("permit (principal, action, resource) when { -9223372036854775808 == --1 && !!!!true };")]
    [InlineData("permit (principal, action, resource) when { if 1 < 2 then if true then true else false else \"a\" like \"*\" };")]
    [InlineData("permit (principal, action, resource) when { resource.getTag(\"a\").b[\"c d\"].hasTag(context.e) };")]
    [InlineData("permit (principal, action, resource) when { principal is A::B in [A::B::\"c\"] };")]
    public void Reads_the_whole_grammar(string text)
    {
        var result = PolicySet.Parse(text);

        Assert.Empty(result.Errors);
        Assert.Single(result.PolicySet!);
    }

    [Theory]
    [InlineData("permit (principal, action, resource)", 1, 37, "semicolon")]
    [InlineData("permit (principal, action, resource) when { };", 1, 45, "empty")]
    [InlineData("permt (principal, action, resource);", 1, 1, "Did you mean `permit`")]
    [InlineData("permit (principal, resource, action);", 1, 20, "`action`")]
    [InlineData("permit (principal);", 1, 18, "`,`")]
    [InlineData("permit (principal = User::\"a\", action, resource);", 1, 19, "==")]
    [InlineData("permit (principal == User, action, resource);", 1, 22, "is a type")]
    [InlineData("permit (principal == ?resource, action, resource);", 1, 22, "?principal")]
    [InlineData("permit (principal in [User::\"a\"], action, resource);", 1, 22, "an entity")]
    [InlineData("permit (principal, action == User::\"a\", resource);", 1, 30, "type Action")]
    [InlineData("permit (principal, action in ?principal, resource);", 1, 30, "an entity")]
    [InlineData("permit (principal, action, resource, context);", 1, 38, "`)`")]
    [InlineData("permit (principal.name == 1, action, resource);", 1, 18, "when")]
    [InlineData("@a(\"1\") @a(\"2\") permit (principal, action, resource);", 1, 10, "twice")]
    [InlineData("@a(1) permit (principal, action, resource);", 1, 4, "a string")]
    [InlineData("permit (principal, action, resource) if { true };", 1, 38, "`when`")]
    [InlineData("permit (principal, action, resource)\n  when { \"open };", 2, 10, "not closed")]
    [InlineData("permit (principal, action, resource) when { é };", 1, 45, "no meaning")]
    [InlineData("permit (principal is __cedar::Long, action, resource);", 1, 22, "reserved")]
    public void Says_where_a_statement_is_wrong_and_what_to_write(string text, int line, int column, string part)
    {
        var error = TestPolicy.Error(text);

        Assert.Equal((line, column), (error.Location.Line, error.Location.Column));
        Assert.Contains(part, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1 < 2 < 3", "parentheses")]
    [InlineData("true == false == true", "parentheses")]
    [InlineData("principal has a has b", "parentheses")]
    [InlineData("principal = resource", "==")]
    [InlineData("6 / 2 == 3", "no division")]
    [InlineData("6 % 2 == 0", "no division")]
    [InlineData("9223372036854775808 > 0", "64 bits")]
    [InlineData("-9223372036854775809 < 0", "64 bits")]
    [InlineData("-9223372036854775808.a", "64 bits")]
    [InlineData("!!!!!true", "At most 4")]
    [InlineData("-----1 == 1", "At most 4")]
    [InlineData("{a: 1, a: 2} == {}", "twice")]
    [InlineData("{if: 1} == {}", "reserved word")]
    [InlineData("context.in", "reserved word")]
    [InlineData("context[\"a\" == 1", "`]`")]
    [InlineData("context[1]", "quotation marks")]
    [InlineData("context has 1", "an attribute")]
    [InlineData("context.name like context.other", "a pattern")]
    [InlineData("user.name == 1", "is not a variable")]
    [InlineData("princpal.name == 1", "Did you mean `principal`")]
    [InlineData("context.set.contain(1)", "Did you mean `contains`")]
    [InlineData("context.set.contains()", "takes one argument")]
    [InlineData("context.set.contains(1, 2)", "takes one argument")]
    [InlineData("context.set.isEmpty(1)", "takes no argument")]
    [InlineData("contains(context.set, 1)", "It is a method")]
    [InlineData("context.ip.decimal()", "It is a function")]
    [InlineData("ipp(\"1.1.1.1\")", "Did you mean `ip`")]
    [InlineData("NS::ip(\"1.1.1.1\")", "no function")]
    [InlineData("principal == ?principal", "only in the scope")]
    [InlineData("if true then 1", "`else`")]
    [InlineData("1 + if true then 1 else 2", "reserved word")]
    [InlineData("(true", "`)`")]
    [InlineData("[1 2]", "`,`")]
    [InlineData("\"\\q\" == \"\"", "Unknown escape")]
    [InlineData("\"\\*\" == \"\"", "like")]
    [InlineData("true::\"a\" == principal", "reserved word")]
    [InlineData("true & false", "no meaning")]
    public void Says_what_is_wrong_in_an_expression(string expression, string part) =>
        Assert.Contains(part, TestPolicy.ErrorIn(expression).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("permit (principal in Group::\"a\" && true, action, resource);", "Further demands belong into `when { .. }` behind the scope.")]
    [InlineData("permit (principal.admin == true, action, resource);", "Further demands belong into `when { .. }` behind the scope.")]
    [InlineData("permit (principal, action, resource has owner);", "Further demands belong into `when { .. }` behind the scope.")]
    [InlineData("permit (principal, action, resource", "Close the scope with `)`.")]
    [InlineData("permit (principal, action, resource;", "Close the scope with `)`.")]
    [InlineData("permit (principal, action, resource when { true };", "Close the scope with `)`.")]
    [InlineData("permit (principal im Group::\"a\", action, resource);", "Did you mean `in`?")]
    [InlineData("permit (principal action, resource);", "A scope is (principal, action, resource), each with its constraint.")]
    [InlineData("permit (principal, action, resource, context);", "A scope is (principal, action, resource), each with its constraint.")]
    [InlineData("permit (principal, action = Action::\"read\", resource);", "Equality is written as ==.")]
    public void The_hint_about_a_scope_fits_what_stands_there(string text, string hint) =>
        Assert.Equal(hint, Assert.Single(PolicySet.Parse(text).Errors).Hint);

    [Fact]
    public void Reports_the_errors_of_all_statements_at_once()
    {
        var result = PolicySet.Parse("permit (a);\npermit (principal, action, resource);\npermit (principal, action, resource) when { 1 + };\n");

        Assert.False(result.Success);
        Assert.Equal([1, 3], result.Errors.Select(error => error.Location.Line));
    }

    [Fact]
    public void The_span_of_an_error_covers_exactly_the_wrong_words()
    {
        const string text = "permit (principal, action, resource) when { foo::bar };";
        var error = TestPolicy.Error(text);

        Assert.Equal("foo::bar", text.Substring(error.Location.Start, error.Location.Length));
    }

    [Fact]
    public void Counts_columns_in_utf16_units_and_lines_at_line_feeds()
    {
        var error = TestPolicy.Error("permit (principal, action, resource)\r\nwhen { \"😀\" == };");

        Assert.Equal((2, 16), (error.Location.Line, error.Location.Column));
    }

    [Fact]
    public void Keeps_effect_annotations_scope_and_text_of_a_policy()
    {
        var set = PolicySet.Parse("permit (principal, action, resource);\n  @explain(\"why\\n\") forbid (principal is User in Group::\"g\", action in [Action::\"a\"], resource) // c\n when { true };").PolicySet!;
        var policy = set.Last();

        Assert.Equal("policy1", policy.Id);
        Assert.Equal(Effect.Forbid, policy.Effect);
        Assert.Equal("why\n", policy.Annotations["explain"]);
        Assert.Equal(new EntityConstraint.IsIn("User", new EntityReference.Literal(new EntityUid("Group", "g"))), policy.Scope.Principal);
        Assert.Equal([new EntityUid("Action", "a")], Assert.IsType<ActionConstraint.InAny>(policy.Scope.Action).Actions);
        Assert.Equal(new EntityConstraint.Any(), policy.Scope.Resource);
        Assert.Equal((2, 3), (policy.Location.Line, policy.Location.Column));
        Assert.StartsWith("@explain", policy.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("// c\n when { true };", policy.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Statements_with_slots_are_templates_and_decide_nothing()
    {
        var set = PolicySet.Parse("permit (principal in ?principal, action, resource is A in ?resource);\npermit (principal, action, resource);").PolicySet!;

        var template = Assert.Single(set.Templates);
        Assert.Equal([Slot.Principal, Slot.Resource], template.Slots);
        Assert.Equal("policy0", template.Id);
        Assert.Equal("policy1", Assert.Single(set).Id);
    }

    [Theory]
    [InlineData("", "no policy")]
    [InlineData("permit (principal, action, resource); forbid (principal, action, resource);", "another")]
    [InlineData("permit (principal == ?principal, action, resource);", "template")]
    public void A_single_policy_is_exactly_one_policy(string text, string part) =>
        Assert.Contains(part, Assert.Single(PolicyParser.ParsePolicy("p", text).Errors).ToString(), StringComparison.Ordinal);
}
