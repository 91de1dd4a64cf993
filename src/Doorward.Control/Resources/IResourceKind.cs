using System.Text.Json.Nodes;
using Doorward.Control.Resources.Editing;
using Doorward.Control.Storage;

namespace Doorward.Control.Resources;

/// <summary>
/// One kind of resource: how its documents read and write, where they live, and what must hold among them. A new kind is
/// one folder with one such class and one line in <see cref="KindTable"/>.
/// </summary>
internal interface IResourceKind
{
    /// <summary>The word in documents, such as <c>Application</c>.</summary>
    string Kind { get; }

    /// <summary>The word in addresses, such as <c>applications</c>.</summary>
    string Plural { get; }

    /// <summary>Whether resources of this kind name others, which must not be deleted under them.</summary>
    bool RefersToOthers => false;

    /// <summary>Whether two names that differ only in upper and lower case are too alike to be two resources.</summary>
    bool IgnoresCase => false;

    /// <summary>Why a name that nothing has yet cannot be given, or null.</summary>
    Task<ResourceError?> RefuseNameAsync(DoorwardDb db, string name, CancellationToken ct) => Task.FromResult<ResourceError?>(null);

    /// <summary>The specification behind a document, with every mistake in it reported to <see cref="SpecReading.Spec"/>.</summary>
    object Read(SpecReading reading);

    /// <summary>The specification as an operator writes it, without secrets.</summary>
    JsonObject Write(object spec);

    /// <summary>Whether two specifications say the same, so that storing the second would change nothing.</summary>
    bool Same(object one, object other);

    Task<Resource?> FindAsync(DoorwardDb db, string name, CancellationToken ct);

    /// <summary>Resources whose names follow <paramref name="after"/>, in order of names.</summary>
    Task<IReadOnlyList<Resource>> ListAsync(DoorwardDb db, string after, int limit, CancellationToken ct);

    /// <summary>The same, of those that a text from a search box finds: by name unless the kind looks at more.</summary>
    async Task<IReadOnlyList<Resource>> SearchAsync(DoorwardDb db, string text, string after, int limit, CancellationToken ct) =>
        [.. (await ListAsync(db, after, int.MaxValue, ct)).Where(resource => resource.Name.Contains(text, StringComparison.OrdinalIgnoreCase)).Take(limit)];

    /// <summary>Creates or replaces. Nothing is committed before the whole edit has been checked.</summary>
    Task PutAsync(Edit edit, string name, object spec, Resource? stored, CancellationToken ct);

    Task DeleteAsync(Edit edit, Resource stored, CancellationToken ct);

    /// <summary>What must hold between this resource and all others once the edit is made.</summary>
    void Check(World world, Resource resource, Findings findings);
}
