using System.Text.Json;

namespace Doorward.Control.Resources.Editing;

/// <summary>One document as a caller sends it.</summary>
/// <param name="Version">The version that it is to replace, 0 for none; null replaces any.</param>
internal sealed record DocumentInput(string? Kind, string? Name, JsonElement Spec, string? Source = null, long? Version = null);

/// <summary>How a set of documents is to be applied.</summary>
/// <param name="DryRun">Check everything, keep nothing.</param>
/// <param name="Prune">Delete what an earlier apply made and this one no longer names.</param>
/// <param name="Reason">Why, which is kept with the policies that it publishes.</param>
internal sealed record ApplyOptions(bool DryRun = false, bool Prune = false, string? Reason = null);
