namespace Doorward.Control.Resources;

/// <summary>What an edit did, or would do, to one resource.</summary>
internal sealed record ResourceChange(string Kind, string Name, ChangeWord Change);

internal enum ChangeWord { Unchanged, Created, Updated, Deleted }
