using System.Text.Json;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Identity;

/// <summary>All groups of the installation, as <see cref="Resources.Groups.Nesting"/> reads them.</summary>
internal static class GroupDocuments
{
    internal static async Task<IReadOnlyDictionary<string, GroupSpec>> ReadAsync(DoorwardDb db, CancellationToken cancel) =>
        (await db.Resources.AsNoTracking().Where(resource => resource.Kind == ResourceKinds.Group).ToListAsync(cancel))
        .ToDictionary(group => group.Name, group => JsonSerializer.Deserialize<GroupSpec>(group.Json, JsonSerializerOptions.Web)!, StringComparer.Ordinal);
}
