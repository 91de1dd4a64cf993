using CsCheck;
using Doorward.Cedar.Tests.Corpus;
using Doorward.Cedar.Tests.Properties;

namespace Doorward.Cedar.Tests.Formatting;

public sealed class PolicyFormatterTests
{
    [Theory]
    [InlineData("permit(principal,action,resource);", "permit (principal, action, resource);\n")]
    [InlineData("@a @b(\"c\")forbid(principal==A::\"b\",action in[Action::\"x\"],resource is B in ?resource)when{true}unless{!false};",
        "@a\n@b(\"c\")\nforbid (principal == A::\"b\", action in [Action::\"x\"], resource is B in ?resource)\nwhen { true }\nunless { !false };\n")]
    [InlineData("permit(principal,action,resource)when{ -1<-context.a-1&&{a:1,\"b\":[2 ,3]}.a==ip ( \"::1\" )&&(if(true)then A::\"b\" in[C::\"d\"]else context[\"y\"])};",
        "permit (principal, action, resource)\nwhen {\n  -1 < -context.a - 1 &&\n  {a: 1, \"b\": [2, 3]}.a == ip(\"::1\") &&\n  (if (true) then A::\"b\" in [C::\"d\"] else context[\"y\"])\n};\n")]
    [InlineData("// head\n\n\npermit(principal,action,resource); // behind\n// tail", "// head\npermit (principal, action, resource); // behind\n\n// tail\n")]
    [InlineData("", "")]
    [InlineData("// only\r\n", "// only\n")]
    public void Gives_one_layout(string text, string expected)
    {
        Assert.Equal(expected, PolicyFormatter.Format(text).Text);
        Assert.Equal(expected, PolicyFormatter.Format(expected).Text);
    }

    [Fact]
    public void Breaks_what_is_too_long_where_it_binds_least_and_keeps_every_comment_at_its_place()
    {
        const string Text = """
            permit (principal in Group::"engineering", // who
            action in [Action::"read", Action::"write"], resource) when {
            // a reason
            context has device && context.device.compliant /* no */
            };
            """;
        Assert.NotEmpty(PolicyFormatter.Format(Text).Errors);

        var formatted = PolicyFormatter.Format(Text.Replace(" /* no */", " // yes\n && (principal.name == \"a rather long name of somebody\" || principal.name == \"another rather long name\" || -principal.level < 3)", StringComparison.Ordinal)).Text;

        Assert.Equal("""
            permit (
              principal in Group::"engineering", // who
              action in [Action::"read", Action::"write"],
              resource
            )
            when {
              // a reason
              context has device &&
              context.device.compliant // yes
              &&
              (
                principal.name == "a rather long name of somebody" ||
                principal.name == "another rather long name" ||
                -principal.level < 3
              )
            };

            """, formatted);
        Assert.Equal(formatted, PolicyFormatter.Format(formatted!).Text);
    }

    [Fact]
    public void Formatting_twice_is_formatting_once_and_changes_no_meaning() => Gen.Select(Generators.Expression, Gen.Int[0, 200]).Sample((expression, seed) =>
    {
        var text = WithComments($"permit (principal, action, resource) when {{ {expression} }};", seed);
        var formatted = PolicyFormatter.Format(text).Text!;

        Assert.Equal(formatted, PolicyFormatter.Format(formatted).Text);
        Assert.Equal(Tokens(text), Tokens(formatted));
        Assert.Equal(Comments(text), Comments(formatted));
    }, iter: 2_000);

    [Fact]
    public void All_policies_of_the_corpus_keep_their_meaning()
    {
        if (CorpusFolder.Path is not { } folder)
        {
            CorpusFolder.SayOnceHowToGet();
            return;
        }
        foreach (var test in CorpusFolder.ReadGenerated(folder).Concat(CorpusFolder.ReadHandwritten(folder)))
        {
            var formatted = PolicyFormatter.Format(test.Policies).Text!;
            Assert.Equal(formatted, PolicyFormatter.Format(formatted).Text);
            Assert.Equal(Tokens(test.Policies), Tokens(formatted));
        }
    }

    // Comments at places that depend on the seed: where a space is, one may be.
    private static string WithComments(string text, int seed)
    {
        var (result, isInString) = (new System.Text.StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"' && (i == 0 || text[i - 1] != '\\' || text[i - 2] == '\\')) isInString = !isInString;
            result.Append(text[i]);
            if (text[i] == ' ' && !isInString && (i * 31 + seed) % 23 == 0) result.Append(seed % 2 == 0 ? $"// c{i}\n" : $"\n// d{i}\n");
        }
        return result.ToString();
    }

    private static string Tokens(string text) => string.Join(' ', Cedar.Formatting.FormatToken.ReadAll(text).Select(token => token.Text));

    private static string Comments(string text) => string.Join('|', Cedar.Formatting.FormatToken.ReadAll(text)
        .SelectMany(token => token.Before.Append(token.Behind)).Where(comment => comment is not null));
}
