namespace Doorward.Control.Storage;

/// <summary>An answer of a gateway's own that no decision stands behind, kept so that its reference can be looked up.</summary>
public sealed class RefusalEntry
{
    /// <summary>The reference that the answer carried.</summary>
    public required string Id { get; init; }
    public required string Gateway { get; init; }
    public required DateTimeOffset At { get; init; }
    public required int Status { get; init; }

    /// <summary>Stable name of the reason.</summary>
    public required string Code { get; init; }

    /// <summary>What the person was told.</summary>
    public required string Told { get; init; }

    /// <summary>What went wrong beyond that, for administrators.</summary>
    public string? Detail { get; init; }
    public string? Application { get; init; }
    public string? Host { get; init; }
    public string? Method { get; init; }

    /// <summary>Without query.</summary>
    public string? Path { get; init; }
    public string? Address { get; init; }
    public string? SessionId { get; init; }
    public string? SubjectId { get; init; }
}
