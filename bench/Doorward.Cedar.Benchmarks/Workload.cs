namespace Doorward.Cedar.Benchmarks;

/// <summary>Policies, entities, and requests, those that are allowed apart from those that are not.</summary>
public sealed class Workload
{
    public Workload(string name, string policies, EntityStore entities, IEnumerable<AuthorizationRequest> requests)
    {
        Name = name;
        PolicyText = policies;
        Policies = PolicySet.Parse(policies, new ParserOptions { MaxLength = int.MaxValue }).PolicySet
            ?? throw new InvalidDataException($"The policies of {name} do not parse.");
        Entities = entities;
        Requests = [.. requests];
        Hits = [.. Requests.Where(request => Authorizer.Decide(Policies, Entities, request) == Decision.Allow)];
        Misses = [.. Requests.Except(Hits)];
    }

    public string Name { get; }

    public string PolicyText { get; }

    public PolicySet Policies { get; }

    public EntityStore Entities { get; }

    public AuthorizationRequest[] Requests { get; }

    public AuthorizationRequest[] Hits { get; }

    public AuthorizationRequest[] Misses { get; }

    public override string ToString() => Name;
}
