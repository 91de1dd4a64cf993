using Doorward.Cedar.Compilation;

namespace Doorward.Cedar.Indexing;

/// <summary>Is shown by an index, in no particular order, the policies that a request may concern; one may come twice.</summary>
internal abstract class PolicyVisitor(Frame frame)
{
    private readonly Ancestry[] _above = new Ancestry[3];

    public Frame Frame => frame;

    /// <summary>Looks at a policy; false when no other needs to be shown.</summary>
    public abstract bool Look(in PlacedPolicy placed);

    /// <summary>Finds what lies above the request's participants; false when the store cannot say.</summary>
    public bool TryFindAncestors()
    {
        for (var part = ScopePart.Principal; part <= ScopePart.Resource; part++)
            if (!frame.TryFindAncestry(part.Of(frame), out _above[(int)part])) return false;
        return true;
    }

    /// <summary>What lies above one of the request's participants, when it was found.</summary>
    public ref readonly Ancestry Above(ScopePart part) => ref _above[(int)part];

    /// <summary>Lets go of the request.</summary>
    public virtual void End() => Array.Clear(_above);
}
