namespace Doorward.Console.Decisions;

/// <summary>Names the texts of <c>CausesText.resx</c>: one for each cause of a decision, and for what gateways refuse most.</summary>
public sealed class CausesText;
