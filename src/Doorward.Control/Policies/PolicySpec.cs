namespace Doorward.Control.Policies;

/// <summary>One Cedar statement, whether it only watches, and the tests that are kept with it.</summary>
internal sealed record PolicySpec(string Cedar, bool ReportOnly)
{
    /// <summary>The tests as <see cref="Tests.PolicyTestText"/> writes them; null when there are none.</summary>
    public string? TestsJson { get; init; }

    /// <summary>How many blank lines stood before the statement in the text that was sent. They are not kept; places are told with them.</summary>
    public int LinesBefore { get; init; }
}
