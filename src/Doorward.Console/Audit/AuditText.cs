namespace Doorward.Console.Audit;

/// <summary>Names the texts of <c>AuditText.resx</c>.</summary>
public sealed class AuditText;
