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
        document.Json = Write(spec with { Replicas = [.. change(spec.Replicas).Order(StringComparer.Ordinal)] });
    }
}
