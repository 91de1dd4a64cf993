using Doorward.Cedar.Residuals;

namespace Doorward.Cedar.Queries;

/// <summary>Keeps each fact once, in the order in which they were first looked at.</summary>
internal sealed class FactCollector : IFactListener
{
    private readonly HashSet<DecidingFact> _known = [];

    public List<DecidingFact> Facts { get; } = [];

    public void ReadAttribute(EntityUid? of, IReadOnlyList<string> path) => Add(new DecidingFact.Value(of, path));

    public void ReadTag(EntityUid of, string tag) => Add(new DecidingFact.Tag(of, tag));

    public void ReadAncestor(EntityUid of, EntityUid ancestor) => Add(new DecidingFact.Membership(of, ancestor));

    public void Add(DecidingFact fact)
    {
        if (_known.Add(fact)) Facts.Add(fact);
    }
}
