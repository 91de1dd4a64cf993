namespace Doorward.Core.Applications;

/// <summary>What is wrong with one field of a definition, and what to write instead.</summary>
public sealed record RuleViolation(string Field, string Message, string Fix);
