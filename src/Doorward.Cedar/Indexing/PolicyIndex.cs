namespace Doorward.Cedar.Indexing;

/// <summary>
/// The policies of a set, compiled, and by what their scopes name, so that a request meets only those that can match it. The index
/// only leaves out policies whose scope does not match; that those it finds match is still looked at.
/// </summary>
internal sealed class PolicyIndex
{
    private readonly Part _forbids;
    private readonly Part _permits;

    public PolicyIndex(Policy[] policies)
    {
        var forbids = new List<PlacedPolicy>();
        var permits = new List<PlacedPolicy>();
        for (var i = 0; i < policies.Length; i++)
            (policies[i].Effect == Effect.Forbid ? forbids : permits).Add(new PlacedPolicy(i, policies[i].Compiled));
        _forbids = new Part(IndexBuilder.Build(forbids), new IndexLeaf([.. forbids]));
        _permits = new Part(IndexBuilder.Build(permits), new IndexLeaf([.. permits]));
    }

    /// <summary>
    /// Shows the policies of one effect that may match, or all of them when it is not known what lies above the request's
    /// participants; false when the visitor has seen enough.
    /// </summary>
    public bool Visit(Effect effect, PolicyVisitor visitor, bool all)
    {
        var part = effect == Effect.Forbid ? _forbids : _permits;
        return (all ? part.All : part.Root).Visit(visitor);
    }

    private sealed record Part(IndexNode Root, IndexLeaf All);
}
