namespace Doorward.Console.Applications;

/// <summary>Names the texts of <c>ApplicationsText.resx</c>.</summary>
public sealed class ApplicationsText;
