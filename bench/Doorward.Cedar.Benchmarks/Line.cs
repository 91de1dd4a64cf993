namespace Doorward.Cedar.Benchmarks;

/// <summary>A line of the table.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">Nanoseconds of CPU time, unless the unit says otherwise.</param>
/// <param name="Target">What the value should stay under; null when there is none.</param>
/// <param name="Unit">Of value and target.</param>
/// <param name="Allocated">Bytes allocated each time, where that was measured.</param>
/// <param name="Peer">What cedar-wasm takes for the same, where that was measured.</param>
internal sealed record Line(string Name, double Value, double? Target = null, string Unit = "ns", double? Allocated = null, double? Peer = null)
{
    public const string Head = "| what | measured | target | allocated | cedar-wasm | ratio |\n|---|---|---|---|---|---|";

    public override string ToString() =>
        $"| {Name} | {Write(Value)} | {(Target is { } target ? $"{Write(target)} {(Value <= target ? "met" : "**missed**")}" : "")} "
        + $"| {(Allocated is { } bytes ? $"{bytes:F0} B" : "")} | {(Peer is { } peer ? Write(peer) : "")} | {(Peer is { } other ? $"{other / Value:F0}x" : "")} |";

    private string Write(double value) => Unit != "ns" ? $"{value:F0} {Unit}" : value switch
    {
        < 1e3 => $"{value:F0} ns",
        < 1e6 => $"{value / 1e3:F1} µs",
        < 1e9 => $"{value / 1e6:F1} ms",
        _ => $"{value / 1e9:F2} s",
    };
}
