namespace Doorward.Console.Policies;

/// <summary>Names the texts of <c>PoliciesText.resx</c>.</summary>
public sealed class PoliciesText;
