using System.Collections.Immutable;
using Doorward.Cedar;

namespace Doorward.Core.Evaluations;

/// <summary>The policies that judge one kind of application: those in force, and all of them with the report-only ones.</summary>
internal sealed class Judges
{
    public Judges(IEnumerable<CompiledPolicy> policies)
    {
        All = [.. policies];
        InForce = PolicySet.Create(All.Where(policy => !policy.Definition.ReportOnly).Select(policy => policy.Policy));
        var trial = All.Any(policy => policy.Definition.ReportOnly);
        WithReportOnly = trial ? PolicySet.Create(All.Select(policy => policy.Policy)) : null;
    }

    public ImmutableArray<CompiledPolicy> All { get; }

    public PolicySet InForce { get; }

    /// <summary>Null when nothing is on trial.</summary>
    public PolicySet? WithReportOnly { get; }

    public bool ReadsClock(string application) =>
        All.Any(policy => policy.ReadsClock && !policy.Definition.ReportOnly && policy.Concerns(application));
}
