using Doorward.Agent.Platform.Linux;
using Doorward.Agent.Platform.MacOS;
using Doorward.Agent.Platform.Windows;
using Doorward.Core.Devices.Posture;
using Doorward.Testing;

namespace Doorward.Agent.Tests.Posture;

public sealed class PosturePageTests
{
    [Fact]
    public void The_page_says_of_every_fact_what_it_means_and_on_which_systems_it_is_read()
    {
        var rows = Checkout.Read("docs/reference/posture.md").Split('\n').Where(static line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(static line => line.Split(" | ")).ToDictionary(static cells => cells[0].Trim('|', ' ', '`'));

        Assert.Equal(FactNames.All.Select(static fact => fact.Name).Order(), rows.Keys.Order());
        Assert.All(FactNames.All, fact =>
        {
            var cells = rows[fact.Name];
            Assert.Equal(fact.Title, cells[1]);
            Assert.Equal(LinuxFacts.Readers().Any(reader => reader.Fact == fact.Name), cells[2] != "unknown");
            Assert.Equal(WindowsFacts.Readers().Any(reader => reader.Fact == fact.Name), cells[3] != "unknown");
            Assert.Equal(MacFacts.Readers().Any(reader => reader.Fact == fact.Name), cells[4].TrimEnd(' ', '|') != "unknown");
        });
    }
}
