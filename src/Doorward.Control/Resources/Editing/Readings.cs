using Doorward.Control.Resources.Specs;

namespace Doorward.Control.Resources.Editing;

/// <summary>
/// What documents say. They are read ahead of the write lock, because to parse policies and to hash secrets takes long, and again
/// under it only where what is stored has changed in between.
/// </summary>
internal sealed class Readings(InstallationFacts installation)
{
    private readonly Dictionary<ResourceKey, Reading> _read = [];

    public Reading Read(IResourceKind kind, DocumentInput document, Resource? stored)
    {
        var key = new ResourceKey(kind.Kind, document.Name!);
        if (_read.TryGetValue(key, out var known) && IsSame(kind, known.Stored, stored)) return known;
        var errors = new List<ResourceError>();
        var spec = kind.Read(new SpecReading(key.Name, new SpecReader(document.Spec, errors), stored?.Spec, installation));
        return _read[key] = new Reading(stored, spec, errors);
    }

    // The version alone would not do: what was deleted and made anew begins at the first one again.
    private static bool IsSame(IResourceKind kind, Resource? one, Resource? other) =>
        one is null ? other is null : other is not null && one.Version == other.Version && kind.Same(one.Spec, other.Spec);
}

/// <summary>A document as it was read beside what was stored then.</summary>
internal sealed record Reading(Resource? Stored, object Spec, IReadOnlyList<ResourceError> Errors);
