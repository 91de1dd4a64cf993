namespace Doorward.Console.Shell;

/// <summary>Names the texts of <c>ShellText.resx</c>.</summary>
public sealed class ShellText;
