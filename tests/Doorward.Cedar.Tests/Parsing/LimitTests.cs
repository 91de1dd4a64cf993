using System.Diagnostics;
using System.Text;

namespace Doorward.Cedar.Tests.Parsing;

/// <summary>Text that means harm: the answer is an error or a value, soon, and never a stack overflow, which would end the process.</summary>
[Collection(nameof(Undisturbed))]
public sealed class LimitTests
{
    private static readonly ParserOptions Long = new() { MaxLength = 20_000_000 };

    [Theory]
    [InlineData("(", "1", ")")]
    [InlineData("[", "1", "]")]
    [InlineData("{a:", "1", "}")]
    [InlineData("if true then ", "1", " else 1")]
    [InlineData("if true then 1 else ", "1", "")]
    [InlineData("ip(", "1", ")")]
    [InlineData("!(", "true", ")")]
    [InlineData("", "context", ".a")]
    [InlineData("", "context", "[\"a\"]")]
    [InlineData("", "context", ".contains(1)")]
    [InlineData("context.a.a.a.a.a.a.a.a.contains(", "1", ").a.a.a.a.a.a.a.a")]
    public void Nesting_of_100_000_levels_is_an_error(string open, string middle, string close)
    {
        var error = TestPolicy.ErrorIn(Repeat(open, 100_000) + middle + Repeat(close, 100_000), Long);

        Assert.Contains("nested more than 64 levels", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unclosed_parentheses_of_100_000_levels_are_an_error() =>
        Assert.Contains("nested", TestPolicy.ErrorIn(Repeat("(", 100_000)).Message, StringComparison.Ordinal);

    [Fact]
    public void Nesting_counts_from_one_and_64_levels_are_read()
    {
        Assert.NotNull(TestPolicy.Expression(Repeat("(", 63) + "1" + Repeat(")", 63)));
        Assert.Contains("nested", TestPolicy.ErrorIn(Repeat("(", 64) + "1" + Repeat(")", 64)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("true", " && true", true)]
    [InlineData("false", " || false", false)]
    public void Chains_of_100_000_operands_are_read_and_evaluated(string first, string next, bool expected)
    {
        var policy = TestPolicy.Parse($"permit (principal, action, resource) when {{ {first}{Repeat(next, 100_000)} }};", options: Long);

        Assert.Equal(expected, Authorizer.Evaluate(policy, EntityStore.Empty, TestPolicy.Request).IsSatisfied);
        Assert.NotEmpty(policy.Conditions[0].Body.ToString());
    }

    [Fact]
    public void Sums_and_products_of_100_000_operands_are_read_and_evaluated()
    {
        var policy = TestPolicy.Parse(
            $"permit (principal, action, resource) when {{ 0{Repeat(" + 1", 100_000)} == 100000 && 1{Repeat(" * 1", 100_000)} == 1 }};", options: Long);

        Assert.True(Authorizer.Evaluate(policy, EntityStore.Empty, TestPolicy.Request).IsSatisfied);
    }

    [Fact]
    public void The_deepest_expression_that_is_read_can_be_evaluated_printed_and_searched_on_a_small_stack()
    {
        var options = new ParserOptions { MaxDepth = 256 };
        var deepest = "!!!!(" + Repeat("1 * (1 + (", 84) + "1" + Repeat("))", 84) + " == 1 || true && true)";
        var policy = TestPolicy.Parse($"permit (principal, action, resource) when {{ {deepest} }};", options: options);
        Exception? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    Authorizer.Evaluate(policy, EntityStore.Empty, TestPolicy.Request);
                    Assert.NotEmpty(policy.Conditions[0].Body.ToString());
                    Assert.Empty(policy.ContextPaths);
                }
                catch (Exception exception)
                {
                    failure = exception;
                }
            },
            maxStackSize: 1 << 20);
        thread.Start();
        thread.Join();

        Assert.Null(failure);
    }

    [Fact]
    public void Ten_megabytes_are_refused_by_default_before_any_is_read()
    {
        var clock = Stopwatch.StartNew();
        var error = TestPolicy.Error(new string('x', 10_000_000));

        Assert.Contains("1048576", error.Message, StringComparison.Ordinal);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData("(")]
    [InlineData("permit (principal, action, resource) when { ")]
    [InlineData("@a ")]
    [InlineData("\"")]
    [InlineData("\\")]
    [InlineData(";")]
    [InlineData("permit (principal, action, resource);")]
    [InlineData("permit (principal, action, resource) when { x };")]
    public void Ten_megabytes_of_anything_are_read_or_refused_soon(string piece)
    {
        var clock = Stopwatch.StartNew();
        var result = PolicySet.Parse(Repeat(piece, 10_000_000 / piece.Length), Long);

        Assert.True(result.Success || result.Errors.Count <= Long.MaxErrors);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"{clock.Elapsed}");
    }

    [Fact]
    public void A_megabyte_string_is_a_value()
    {
        var text = new string('a', 1_000_000);

        Assert.Equal(new StringValue(text), TestPolicy.Value($"\"{text}\""));
    }

    [Fact]
    public void A_pattern_of_a_thousand_stars_takes_linear_time()
    {
        var context = RecordValue.Create(("text", new string('a', 1_000_000)));
        var clock = Stopwatch.StartNew();

        Assert.Equal(BooleanValue.False, TestPolicy.Value($"context.text like \"{Repeat("a*", 1000)}b\"", context: context));
        Assert.Equal(BooleanValue.False, TestPolicy.Value($"context.text like \"*{Repeat(new string('a', 40) + "b*", 1000)}\"", context: context));
        Assert.Equal(BooleanValue.False, TestPolicy.Value($"context.text like \"*{new string('a', 400_000)}b*\"", context: context));
        Assert.Equal(BooleanValue.True, TestPolicy.Value($"context.text like \"{Repeat("*a", 1000)}*\"", context: context));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), $"{clock.Elapsed}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(257)]
    public void A_depth_that_the_stack_could_not_hold_cannot_be_set(int depth) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParserOptions { MaxDepth = depth });

    private static string Repeat(string piece, int count) => new StringBuilder(piece.Length * count).Insert(0, piece, count).ToString();
}
