using System.Collections.Immutable;

namespace Doorward.Core.Remedies;

/// <summary>A smallest set of changes that together turn a denial into an allow. People read "How to get access".</summary>
public sealed record Remedy(ImmutableArray<EvidenceChange> Changes)
{
    /// <summary>Whether the person can do all of it alone.</summary>
    public bool OwnDoing => Changes.All(change => change.OwnDoing);

    /// <summary>Whether signing in again or stronger is all it takes.</summary>
    public bool IsStepUp => Changes.All(change => change is RaiseAssurance or SignInAgain);
}
