using System.Collections.Immutable;
using Doorward.Cedar;

namespace Doorward.Core.Evaluations;

/// <summary>
/// One publication, compiled: immutable, swapped whole. The installation's policies judge its applications, the system's
/// own judge the console; neither set is ever asked about the other's.
/// </summary>
public sealed class PolicyBundle
{
    public static readonly PolicyBundle Empty = new(0, [], []);

    private readonly Judges _installation;
    private readonly Judges _system;

    private PolicyBundle(long revision, ImmutableArray<CompiledPolicy> policies, ImmutableArray<PolicyFault> faults)
    {
        Revision = revision;
        Policies = policies;
        Faults = faults;
        _installation = new Judges(policies.Where(policy => !policy.Definition.System));
        _system = new Judges(policies.Where(policy => policy.Definition.System));
    }

    /// <summary>The revision of the change log at which this set was published.</summary>
    public long Revision { get; }

    public ImmutableArray<CompiledPolicy> Policies { get; }

    /// <summary>What did not compile. An enforcer must not serve from a bundle with faults: a missing forbid is an open door.</summary>
    public ImmutableArray<PolicyFault> Faults { get; }

    public static PolicyBundle Create(long revision, IEnumerable<PolicyDefinition> definitions)
    {
        var policies = ImmutableArray.CreateBuilder<CompiledPolicy>();
        var faults = ImmutableArray.CreateBuilder<PolicyFault>();
        foreach (var definition in definitions)
        {
            var (compiled, found) = CompiledPolicy.Compile(definition);
            faults.AddRange(found);
            if (compiled is not null)
                policies.Add(compiled);
        }

        return new PolicyBundle(revision, policies.ToImmutable(), faults.ToImmutable());
    }

    /// <summary>The next publication: what is unchanged keeps its compiled form.</summary>
    public PolicyBundle With(long revision, IEnumerable<PolicyDefinition> put, IEnumerable<string> removed)
    {
        var next = Policies.ToDictionary(policy => policy.Definition.Name, StringComparer.Ordinal);
        var faults = Faults.ToList(); // of one policy there can be several
        foreach (var name in removed)
        {
            next.Remove(name);
            faults.RemoveAll(fault => fault.Policy == name);
        }

        foreach (var definition in put)
        {
            var (compiled, found) = CompiledPolicy.Compile(definition);
            faults.RemoveAll(fault => fault.Policy == definition.Name);
            faults.AddRange(found);
            next.Remove(definition.Name);
            if (compiled is not null)
                next[definition.Name] = compiled;
        }

        return new PolicyBundle(revision, [.. next.Values.OrderBy(policy => policy.Definition.Name, StringComparer.Ordinal)], [.. faults]);
    }

    /// <summary>Whether the answer for this application can change by the clock alone.</summary>
    public bool ReadsClock(ResourceFacts resource) =>
        resource.MaxSignInAge is not null || PoliciesReadClock(resource);

    /// <summary>Whether it can by a policy: the moment is then not known beforehand.</summary>
    public bool PoliciesReadClock(ResourceFacts resource) => For(resource).ReadsClock(resource.Name);

    internal Judges For(ResourceFacts resource) => resource.System ? _system : _installation;
}
