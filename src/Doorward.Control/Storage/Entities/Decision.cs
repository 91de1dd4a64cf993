namespace Doorward.Control.Storage;

/// <summary>One decision that a gateway recorded; its input lies in <see cref="EvaluationInputEntry"/>.</summary>
public sealed class DecisionEntry
{
    public required string Id { get; init; }
    public required string Gateway { get; init; }
    public required DateTimeOffset At { get; init; }
    public required bool Allowed { get; init; }

    /// <summary>A <c>DecisionCause</c> by name.</summary>
    public required string Cause { get; init; }
    public string? SessionId { get; init; }
    public string? SubjectId { get; init; }
    public required string Application { get; init; }
    public required string Action { get; init; }
    public string? GrantId { get; init; }
    public string[] Reasons { get; init; } = [];
    public string[] Errors { get; init; } = [];
    public string[] ReportOnly { get; init; } = [];
    public required long PolicyRevision { get; init; }
    public required long Revision { get; init; }
    public byte[]? InputHash { get; init; }

    /// <summary>The half of the input that is this decision's own: time and request.</summary>
    public string? MomentJson { get; init; }
    public string? Address { get; init; }
    public string? RemediesJson { get; init; }

    /// <summary>Of a cut: why, as the person was told.</summary>
    public string? Told { get; init; }

    /// <summary>Of an administrator's cut: who asked for it.</summary>
    public string? By { get; init; }
}

/// <summary>What a decision was made on, once for all decisions made on the same.</summary>
public sealed class EvaluationInputEntry
{
    public required byte[] Hash { get; init; }
    public required string Json { get; init; }
    public required DateTimeOffset LastUsed { get; set; }
}
