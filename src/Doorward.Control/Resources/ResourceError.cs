namespace Doorward.Control.Resources;

/// <summary>One thing wrong, or only odd, with one document: where, what, and what to do. Line and column are set where a text has them.</summary>
public sealed record ResourceError
{
    public string? Kind { get; init; }
    public string? Name { get; init; }

    /// <summary>File and line that the caller read the document from, as it said so.</summary>
    public string? Source { get; init; }
    public string? Field { get; init; }
    public required string Message { get; init; }
    public int? Line { get; init; }
    public int? Column { get; init; }
    public string? Fix { get; init; }

    /// <summary>What should stand there instead, as the name of a type, when that is known.</summary>
    public string? Expected { get; init; }
}
