namespace Doorward.Cedar.Comparison;

/// <summary>Whether any permit of some policies is satisfied, and any forbid, each asked by itself.</summary>
internal sealed class Effects
{
    private readonly PolicySet _permits;
    private readonly PolicySet _forbids;
    private readonly AuthorizerOptions _options;

    public Effects(IEnumerable<Policy> policies, AuthorizerOptions options)
    {
        var all = policies.ToList();
        Count = all.Count;
        _options = options;
        _permits = PolicySet.Create(all.Where(policy => policy.Effect == Effect.Permit));
        var forbids = PolicySet.Create(all.Where(policy => policy.Effect == Effect.Forbid));
        // Beside a permit of everything the decision is whether any forbid is satisfied.
        var id = "everything";
        while (forbids.TryGet(id, out _)) id += "'";
        _forbids = forbids.Count == 0 ? forbids : forbids.Add(PolicyParser.ParsePolicy(id, "permit (principal, action, resource);").Policy!);
    }

    public int Count { get; }

    public bool Contains(string id) => _permits.TryGet(id, out _) || (_forbids.TryGet(id, out var policy) && policy.Effect == Effect.Forbid);

    public bool Permit(AuthorizationRequest request, IEntityStore entities) =>
        _permits.Count > 0 && Authorizer.Decide(_permits, entities, request, _options) == Decision.Allow;

    public bool Forbid(AuthorizationRequest request, IEntityStore entities) =>
        _forbids.Count > 0 && Authorizer.Decide(_forbids, entities, request, _options) == Decision.Deny;
}
