using Doorward.Control.Devices.Reports;
using Doorward.Core.Devices.Posture;

namespace Doorward.Control.Devices.Compliance;

/// <summary>
/// How each rule and each fact of a device stands, in words between spaces, so that a list of ten thousand devices finds those that fail one
/// without reading what all of them reported.
/// </summary>
internal static class Findings
{
    public static string Of(Verdict verdict, StoredPosture posture, bool isStale) => string.Concat(
        [
            .. verdict.Rules.Select(static rule => Rule(rule.Rule, rule.Holds)),
            .. FactNames.All.Select(fact => Fact(fact.Name, isStale ? FactState.Unknown : posture.Facts.GetValueOrDefault(fact.Name)?.State ?? FactState.Unknown)),
        ]);

    /// <summary>The word for a rule that concerns the device.</summary>
    public static string Rule(string name, bool holds) => $" {(holds ? "holds" : "fails")}:{name} ";

    /// <summary>The word for a fact; while the device is stale, all of them are unknown.</summary>
    public static string Fact(string name, FactState state) => $" {state.Name()}:{name} ";

    /// <summary>The words of a device: what is said, and of which rule or fact.</summary>
    public static IEnumerable<(string Said, string Of)> Read(string findings) => findings.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(static word => word.Split(':', 2)).Where(static pair => pair.Length == 2).Select(static pair => (pair[0], pair[1]));
}
