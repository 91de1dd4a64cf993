namespace Doorward.Control.Policies;

/// <summary>One Cedar statement, and whether it only watches.</summary>
internal sealed record PolicySpec(string Cedar, bool ReportOnly);
