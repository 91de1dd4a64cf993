using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Doorward.Core.Remedies;

/// <summary>A smallest set of changes that together turn a denial into an allow. People read "How to get access".</summary>
public sealed record Remedy(ImmutableArray<EvidenceChange> Changes)
{
    /// <summary>What is said where there is none that is the person's own doing.</summary>
    public const string AskSomebody = "Nothing that you can do yourself opens this. Ask an administrator, and name the reference.";

    /// <summary>What to do, in plain sentences.</summary>
    [JsonIgnore]
    public string Text => string.Join(' ', Changes.Select(static change => change.Sentence));

    /// <summary>Whether the person can do all of it alone.</summary>
    public bool OwnDoing => Changes.All(change => change.OwnDoing);

    /// <summary>Whether signing in again or stronger is all it takes.</summary>
    public bool IsStepUp => Changes.All(change => change is RaiseAssurance or SignInAgain);
}
