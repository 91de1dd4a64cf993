using System.Text.Json;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Connectors;

/// <summary>A connector's document, which is what gateways are told by: who is a replica stands in it.</summary>
internal static class ConnectorDocuments
{
    public static ConnectorSpec Read(string json) => JsonSerializer.Deserialize<ConnectorSpec>(json, JsonSerializerOptions.Web)!;

    public static string Write(ConnectorSpec spec) => JsonSerializer.Serialize(spec, JsonSerializerOptions.Web);

    public static Task<ResourceDocument?> FindAsync(DoorwardDb db, string connector, CancellationToken ct) =>
        db.Resources.SingleOrDefaultAsync(d => d.Kind == ResourceKinds.Connector && d.Name == connector, ct);

    /// <summary>States its replicas anew. The version stays: nothing of it changed that an operator writes.</summary>
    public static void SetReplicas(ResourceDocument document, Func<IReadOnlyList<string>, IEnumerable<string>> change)
    {
        var spec = Read(document.Json);
        string[] replicas = [.. change(spec.Replicas).Order(StringComparer.Ordinal)];
        document.Json = Write(spec with { Replicas = replicas, Draining = [.. spec.Draining.Intersect(replicas, StringComparer.Ordinal)] });
    }

    /// <summary>States which of its replicas are told to drain.</summary>
    public static void SetDraining(ResourceDocument document, string replica, bool drains)
    {
        var spec = Read(document.Json);
        if (spec.Draining.Contains(replica, StringComparer.Ordinal) == drains) return;
        document.Json = Write(spec with { Draining = drains ? [.. spec.Draining.Append(replica).Order(StringComparer.Ordinal)] : [.. spec.Draining.Where(id => id != replica)] });
    }
}
