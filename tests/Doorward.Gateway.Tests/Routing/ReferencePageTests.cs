using Doorward.Gateway.Forwarding;
using Doorward.Gateway.Routing;
using Doorward.Gateway.Tests.Running;

namespace Doorward.Gateway.Tests.Routing;

/// <summary>docs/reference/gateway-refusals.md says what the tables say.</summary>
public sealed class ReferencePageTests
{
    [Fact]
    public void Lists_every_refusal_and_no_other() => Assert.Equal(
        RefusalTable.Rows.Select(row => $"| `{row.Id}` | {row.Status} | {row.What.Replace("|", "\\|", StringComparison.Ordinal)} | {row.Source} |"),
        ReferencePage.RefusedRows);

    [Fact]
    public void Lists_every_removed_header_and_no_other() => Assert.Equal(
        OwnedHeaderTable.Rows.Select(row => $"| `{row.Name}` | {row.Why} |"),
        ReferencePage.RemovedRows);
}
