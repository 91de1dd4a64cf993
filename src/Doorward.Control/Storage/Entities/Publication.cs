using Doorward.Control.Changes;

namespace Doorward.Control.Storage;

/// <summary>
/// One atomic change of the policy set. The set after it is every <see cref="PolicyVersion"/> that it or an earlier
/// publication added and none up to it retired, so every past set can be had again.
/// </summary>
public sealed class Publication : IRevised
{
    public long Id { get; init; }

    /// <summary>The revision that the policies took effect with: what decisions record as policy revision.</summary>
    public long Revision { get; set; }
    public required DateTimeOffset At { get; init; }
    public required string By { get; init; }

    /// <summary>Why, in the words of who published; null when they said nothing.</summary>
    public string? Reason { get; init; }
    public List<PolicyVersion> Added { get; } = [];
    public List<PolicyVersion> Retired { get; } = [];
}

/// <summary>One text of one policy, never edited: a change retires it and adds the next version.</summary>
public sealed class PolicyVersion
{
    /// <summary>The Cedar policy id.</summary>
    public required string Name { get; init; }
    public required long Version { get; init; }
    public required string Cedar { get; init; }
    public bool ReportOnly { get; init; }

    /// <summary>The tests that are kept with this version, as a JSON list; null when there are none.</summary>
    public string? TestsJson { get; init; }

    /// <summary>Judges the product's own applications, and nothing else.</summary>
    public bool System { get; init; }

    /// <summary>Whether apply wrote it, so that apply may prune it.</summary>
    public bool Managed { get; init; }
    public Publication? AddedBy { get; init; }
    public long AddedById { get; init; }
    public Publication? RetiredBy { get; set; }
    public long? RetiredById { get; set; }
}
