namespace Doorward.Control.Resources;

/// <summary>One stored resource. <see cref="Spec"/> is the record that its kind reads and writes.</summary>
/// <param name="Kind">The word in documents.</param>
/// <param name="Name">Unique within the kind.</param>
/// <param name="Version">What an ETag carries: changes with every change.</param>
/// <param name="Spec">Typed by the kind.</param>
/// <param name="System">The product's own, which nobody edits.</param>
/// <param name="Managed">Whether <c>apply</c> wrote it last, so that <c>--prune</c> may remove it.</param>
internal sealed record Resource(string Kind, string Name, long Version, object Spec, bool System, bool Managed)
{
    public ResourceKey Key => new(Kind, Name);
}

/// <summary>Names one resource.</summary>
internal readonly record struct ResourceKey(string Kind, string Name);
