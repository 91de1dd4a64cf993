namespace Doorward.Console.Identity.Agents;

/// <summary>Names the texts of <c>AgentsText.resx</c>.</summary>
public sealed class AgentsText;
