using System.Collections.Immutable;
using Doorward.Control.Applications;
using Doorward.Control.Connectors;
using Doorward.Control.Devices.Compliance;
using Doorward.Control.Devices.Providers;
using Doorward.Control.Identity.Clients;
using Doorward.Control.Policies;
using Doorward.Control.Resources.Groups;
using Doorward.Control.Resources.IdentityProviders;
using Doorward.Control.Resources.Networks;
using Doorward.Control.Resources.Specs;
using Doorward.Control.Resources.Users;
using Doorward.Control.Storage;

namespace Doorward.Control.Resources;

/// <summary>Every kind of resource. The order is that of one transaction's writes: what others refer to comes first.</summary>
internal sealed class KindTable
{
    private readonly Dictionary<string, IResourceKind> _byKind;
    private readonly Dictionary<string, IResourceKind> _byPlural;

    public KindTable(SecretSealer sealer)
    {
        var secrets = new SecretFields(sealer);
        All =
        [
            new UserKind(),
            new GroupKind(),
            new NetworkKind(),
            new IdentityProviderKind(secrets),
            new OidcClientKind(),
            new PostureRuleKind(),
            new PostureProviderKind(secrets),
            new ConnectorKind(),
            new ApplicationKind(secrets),
            new PolicyKind(),
        ];
        _byKind = All.ToDictionary(static k => k.Kind, StringComparer.OrdinalIgnoreCase);
        _byPlural = All.ToDictionary(static k => k.Plural, StringComparer.Ordinal);
    }

    public ImmutableArray<IResourceKind> All { get; }

    public IResourceKind? Find(string kind) => _byKind.GetValueOrDefault(kind);

    public IResourceKind? FindPlural(string plural) => _byPlural.GetValueOrDefault(plural);
}
