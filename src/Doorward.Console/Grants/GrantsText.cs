namespace Doorward.Console.Grants;

/// <summary>Names the texts of <c>GrantsText.resx</c>.</summary>
public sealed class GrantsText;
