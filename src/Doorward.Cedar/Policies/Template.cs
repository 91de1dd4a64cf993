namespace Doorward.Cedar;

/// <summary>A policy with slots in its scope. It decides nothing until its slots are filled.</summary>
public sealed class Template : PolicyStatement
{
    internal Template(string id, PolicyParts parts)
        : base(id, parts)
    {
    }

    /// <summary>The open slots, principal first.</summary>
    public IReadOnlyList<Slot> Slots => Parts.Slots;
}
