using Doorward.Gateway.Forwarding;
using Doorward.Gateway.Routing;
using Doorward.Testing.Product;

namespace Doorward.Gateway.Tests.Routing;

/// <summary>docs/reference/gateway-refusals.md says what the tables say.</summary>
public sealed class ReferencePageTests
{
    private static readonly string[] s_lines =
        File.ReadAllLines(Path.Combine(Executable.Repository, "docs", "reference", "gateway-refusals.md"));

    [Fact]
    public void Lists_every_refusal_and_no_other() => Assert.Equal(
        RefusalTable.Rows.Select(row => $"| `{row.Id}` | {row.Status} | {row.What.Replace("|", "\\|", StringComparison.Ordinal)} | {row.Source} |"),
        s_lines.SkipWhile(line => line != "## Refused").TakeWhile(line => line != "## Removed").Where(line => line.StartsWith("| `", StringComparison.Ordinal)));

    [Fact]
    public void Lists_every_removed_header_and_no_other() => Assert.Equal(
        OwnedHeaderTable.Rows.Select(row => $"| `{row.Name}` | {row.Why} |"),
        s_lines.SkipWhile(line => line != "## Removed").Where(line => line.StartsWith("| `", StringComparison.Ordinal)));
}
