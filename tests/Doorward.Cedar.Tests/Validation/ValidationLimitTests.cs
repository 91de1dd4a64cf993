using System.Diagnostics;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Validation;

namespace Doorward.Cedar.Tests.Validation;

/// <summary>A schema may allow more kinds of requests than anybody can look at; the answer comes soon all the same.</summary>
[Collection(nameof(Undisturbed))]
public sealed class ValidationLimitTests
{
    private const int Types = 4_000;

    private static readonly Schema Huge = Schema.Parse(
        $"entity {string.Join(", ", Enumerable.Range(0, Types).Select(i => $"T{i}"))} {{ name: String }};\n"
        + string.Concat(Enumerable.Range(0, 10).Select(i => $"action a{i} appliesTo {{ principal: [{All}], resource: [{All}] }};\n"))).Schema!;

    private static string All => string.Join(", ", Enumerable.Range(0, Types).Select(i => $"T{i}"));

    [Theory]
    [InlineData("permit (principal, action, resource) when { principal.name == \"a\" && resource.name like \"b*\" };")]
    [InlineData("permit (principal, action, resource);")]
    [InlineData("permit (principal, action == Action::\"a1\", resource) when { principal == resource };")]
    public void Too_many_kinds_of_requests_are_an_error_at_the_scope(string text)
    {
        var clock = Stopwatch.StartNew();
        var result = new PolicyValidator(Huge).Validate(PolicySet.Parse($"{text}\n{text}").PolicySet!);

        Assert.Contains(result.Errors, error => error.Kind == ValidationFindingKind.TooManyRequests && error.PolicyId == "policy1" && error.Location.Line == 2 && error.Hint is not null);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"{clock.Elapsed}");
    }

    [Fact]
    public void A_scope_that_names_types_is_looked_at_in_the_same_schema()
    {
        var policies = string.Concat(Enumerable.Range(0, 200).Select(i => $"permit (principal is T{i}, action == Action::\"a1\", resource) when {{ principal.name == \"a\" }};"));

        Assert.Empty(new PolicyValidator(Huge).Validate(PolicySet.Parse(policies).PolicySet!).Errors);
    }
}
