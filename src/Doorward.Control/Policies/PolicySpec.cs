namespace Doorward.Control.Policies;

/// <summary>One Cedar statement, and whether it only watches.</summary>
internal sealed record PolicySpec(string Cedar, bool ReportOnly)
{
    /// <summary>How many blank lines stood before the statement in the text that was sent. They are not kept; places are told with them.</summary>
    public int LinesBefore { get; init; }
}
