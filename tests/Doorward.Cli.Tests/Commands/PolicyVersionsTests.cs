using Doorward.Testing.Product;

namespace Doorward.Cli.Tests.Commands;

public class PolicyVersionsTests
{
    [Fact]
    public async Task A_version_that_never_was_is_named_with_the_way_to_those_that_were_and_a_policy_that_never_was_is_told_as_that()
    {
        await using var product = await ProductProcess.StartAsync();
        await product.ApplyAsync("kind: Policy\nname: wiki\ncedar: permit (principal, action, resource) when { context.session.assurance >= 2 };\n");

        Assert.Contains("permit", await product.RunAsync(["policy", "show", "wiki", "--version", "1"]), StringComparison.Ordinal);
        foreach (var asked in (string[][])[["show", "wiki", "--version", "9"], ["diff", "wiki", "1", "9"], ["diff", "wiki", "9"], ["rollback", "wiki", "9"]])
        {
            Assert.Equal("doorward: There is no version 9 of policy wiki; see `doorward policy history wiki`\n", await product.RunAsync(["policy", .. asked], expected: 1));
        }

        foreach (var asked in (string[][])[["show", "nosuch", "--version", "1"], ["diff", "nosuch", "1"], ["rollback", "nosuch", "1"], ["history", "nosuch"]])
        {
            Assert.Equal("doorward: There is no policy of that name, now or before; check the name\n", await product.RunAsync(["policy", .. asked], expected: 1));
        }
    }
}
