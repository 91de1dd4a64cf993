namespace Doorward.Control.Resources.Editing;

/// <summary>What an edit would make of one resource, for questions that write nothing; without a specification it would be gone.</summary>
internal sealed record SupposedChange(ResourceKey Key, object? Spec);
