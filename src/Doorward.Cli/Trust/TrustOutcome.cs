namespace Doorward.Cli.Trust;

/// <summary>What became of one store, in words.</summary>
internal sealed record TrustOutcome(string Store, bool Done, string? Note = null);
