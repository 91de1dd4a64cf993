using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Editing;
using Doorward.Control.Resources.Specs;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Doorward.Core.Identifiers;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Connectors;

/// <summary>What dials out for private applications. Its replicas join and are retired; the document only names it.</summary>
internal sealed class ConnectorKind : DocumentKind<ConnectorSpec>
{
    private const int LongestDescription = 200;

    public override string Kind => ResourceKinds.Connector;

    public override string Plural => "connectors";

    protected override ConnectorSpec ReadSpec(SpecReading reading)
    {
        var fields = reading.Spec;
        if (!SpiffeId.IsName(reading.Name))
            fields.Fail("name", $"'{Shown.Text(reading.Name)}' is no name of a connector", "use 1 to 63 of a-z, 0-9 and hyphens inside: it stands in certificates");
        var stored = reading.StoredAs<ConnectorSpec>();
        var spec = new ConnectorSpec
        {
            Description = fields.Line("description", LongestDescription),
            Labels = fields.Map("labels", 64, 256),
            Replicas = stored?.Replicas ?? [],
            Draining = stored?.Draining ?? [],
        };
        fields.End();
        return spec;
    }

    protected override JsonObject WriteSpec(ConnectorSpec spec) => new SpecWriter()
        .Text("description", spec.Description)
        .Map("labels", spec.Labels.ToImmutableSortedDictionary(StringComparer.Ordinal))
        .Spec;

    protected override ConnectorSpec FromJson(string json) => ConnectorDocuments.Read(json);

    protected override string ToJson(ConnectorSpec spec) => ConnectorDocuments.Write(spec);

    /// <summary>With a connector go its replicas and the links for more: a later one of its name is another.</summary>
    public override async Task DeleteAsync(Edit edit, Resource stored, CancellationToken ct)
    {
        await base.DeleteAsync(edit, stored, ct);
        edit.Db.ConnectorInvitations.RemoveRange(await edit.Db.ConnectorInvitations.Where(i => i.Connector == stored.Name).ToListAsync(ct));
        foreach (var replica in await edit.Db.ConnectorReplicas.Where(r => r.Connector == stored.Name && r.Retired == null).ToListAsync(ct))
            replica.Retired = edit.Now;
    }
}
