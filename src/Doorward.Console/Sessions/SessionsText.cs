namespace Doorward.Console.Sessions;

/// <summary>Names the texts of <c>SessionsText.resx</c>.</summary>
public sealed class SessionsText;
