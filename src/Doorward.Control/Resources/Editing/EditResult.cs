using Doorward.Control.Policies.Tests;

namespace Doorward.Control.Resources.Editing;

/// <summary>How an edit ended.</summary>
internal abstract record EditResult
{
    private EditResult()
    {
    }

    /// <summary>Committed, or with <c>dryRun</c> only found to be good.</summary>
    public sealed record Done(IReadOnlyList<ResourceChange> Changes, IReadOnlyList<ResourceError> Warnings, long Revision) : EditResult
    {
        /// <summary>What the policies' tests said of it.</summary>
        public PolicyTestReport Tests { get; init; } = PolicyTestReport.Empty;
    }

    /// <summary>Nothing was changed, for these reasons.</summary>
    public sealed record Refused(IReadOnlyList<ResourceError> Errors) : EditResult;

    /// <summary>Somebody else changed the resource first; nothing was changed.</summary>
    public sealed record Stale(ResourceKey Key, long? Version) : EditResult;

    public sealed record Missing(ResourceKey Key) : EditResult;
}
