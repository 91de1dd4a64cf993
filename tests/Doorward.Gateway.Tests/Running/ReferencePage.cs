using Doorward.Testing.Product;

namespace Doorward.Gateway.Tests.Running;

/// <summary>docs/reference/gateway-refusals.md: what operators are promised.</summary>
internal static class ReferencePage
{
    private static readonly string[] s_lines =
        File.ReadAllLines(Path.Combine(Executable.Repository, "docs", "reference", "gateway-refusals.md"));

    public static IEnumerable<string> RefusedRows => Rows("## Refused").TakeWhile(line => line.Length > 0);

    public static IEnumerable<string> RemovedRows => Rows("## Removed");

    public static IEnumerable<string> RemovedHeaders => RemovedRows.Select(line => line.Split('`')[1]);

    private static IEnumerable<string> Rows(string heading) =>
        s_lines.SkipWhile(line => line != heading).SkipWhile(line => !line.StartsWith("| `", StringComparison.Ordinal));
}
