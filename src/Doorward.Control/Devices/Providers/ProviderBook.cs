using System.Collections.Immutable;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Devices.Providers;

/// <summary>The providers that there are.</summary>
internal static class ProviderBook
{
    public static async Task<ImmutableSortedDictionary<string, PostureProviderSpec>> ReadAsync(DoorwardDb db, CancellationToken ct) =>
        (await db.Resources.AsNoTracking().Where(static d => d.Kind == ResourceKinds.PostureProvider).Select(static d => new { d.Name, d.Json }).ToListAsync(ct))
            .ToImmutableSortedDictionary(static d => d.Name, static d => PostureProviderKind.Load(d.Json), StringComparer.Ordinal);
}
