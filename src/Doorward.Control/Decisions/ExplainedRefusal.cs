using Doorward.Control.Api.Endpoints;

namespace Doorward.Control.Decisions;

/// <summary>What is known of an answer that carried a reference and had no decision behind it.</summary>
public sealed record ExplainedRefusal
{
    public required string Id { get; init; }
    public required DateTimeOffset Time { get; init; }

    /// <summary>No policy was asked.</summary>
    public string Decision { get; init; } = "none";
    public required string Cause { get; init; }
    public required int Status { get; init; }

    /// <summary>What the person was told.</summary>
    public required string Told { get; init; }

    /// <summary>What went wrong beyond that.</summary>
    public string? Detail { get; init; }

    /// <summary>How the session ended that the request's cookie was of, if it was of one.</summary>
    public SessionEndView? SessionEnd { get; init; }
    public string? User { get; init; }
    public string? Application { get; init; }

    /// <summary>Method, host and path, without query.</summary>
    public string? Request { get; init; }
    public string? Address { get; init; }
    public string? Session { get; init; }
    public required string Gateway { get; init; }
}
