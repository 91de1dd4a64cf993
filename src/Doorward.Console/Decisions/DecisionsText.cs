namespace Doorward.Console.Decisions;

/// <summary>Names the texts of <c>DecisionsText.resx</c>.</summary>
public sealed class DecisionsText;
