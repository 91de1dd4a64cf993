using System.Text.RegularExpressions;
using Doorward.Testing;

namespace Doorward.Cli.Tests.House;

/// <summary>docs/reference/defences.md names tests; a name that is no test shows nothing.</summary>
public sealed partial class Defences
{
    private static readonly HashSet<string> Tests = [.. from file in Checkout.Files("*Tests.cs")
                                                        let text = Checkout.Read(file)
                                                        let type = Path.GetFileNameWithoutExtension(file)
                                                        from Match method in Method().Matches(text)
                                                        select $"{type}.{method.Groups[1].Value}"];

    private static IReadOnlyList<string> Named =>
        [.. Name().Matches(Checkout.Read("docs/reference/defences.md")).Select(match => match.Groups[1].Value)];

    [Fact]
    public void Every_test_that_the_page_names_exists()
    {
        Assert.True(Named.Count > 60);
        Assert.Equal([], Named.Except(Tests));
    }

    [Fact]
    public void A_name_that_is_no_test_is_found() => Assert.DoesNotContain("SmugglingTests.Lets_everything_through", Tests);

    [GeneratedRegex(@"`(\w+Tests\.\w+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"\[(?:Fact|Theory|MemberData|InlineData)[^\n]*\]\s*public (?:async )?(?:Task|void) (\w+)\(")]
    private static partial Regex Method();
}
