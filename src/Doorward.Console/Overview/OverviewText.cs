namespace Doorward.Console.Overview;

/// <summary>Names the texts of <c>OverviewText.resx</c>.</summary>
public sealed class OverviewText;
