using System.Collections.Concurrent;
using Doorward.Core.Evaluations;

namespace Doorward.Gateway.Enforcement;

/// <summary>Says of each application whether its answers depend on nothing that changes from request to request. Found once a publication.</summary>
internal sealed class PolicyReach
{
    private Known _known = new(PolicyBundle.Empty);

    public bool IsSteady(PolicyBundle policies, ResourceFacts resource)
    {
        var known = Volatile.Read(ref _known);
        if (!ReferenceEquals(known.Policies, policies))
            Volatile.Write(ref _known, known = new Known(policies));
        return known.Steady.GetOrAdd((resource.Name, resource.System), static (_, what) => IsSteadyNow(what.policies, what.resource), (policies, resource));
    }

    private static bool IsSteadyNow(PolicyBundle policies, ResourceFacts resource) =>
        !policies.ReadsClock(resource)
        && !policies.Policies.Any(policy =>
            policy.Definition.System == resource.System && policy.Concerns(resource.Name) && policy.Reads("context.http"));

    private sealed record Known(PolicyBundle Policies)
    {
        public ConcurrentDictionary<(string Name, bool System), bool> Steady { get; } = new();
    }
}
