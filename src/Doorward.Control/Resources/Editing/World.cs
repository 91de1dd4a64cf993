using System.Text.Json;
using Doorward.Cedar;
using Doorward.Control.Policies;
using Doorward.Control.Resources.Groups;
using Doorward.Control.Resources.Users;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Resources.Editing;

/// <summary>All resources as they would be after an edit, read inside its transaction, to check what must hold among them.</summary>
internal sealed class World
{
    private readonly HashSet<string> _users;
    private readonly HashSet<string> _connectors;

    private World(IEnumerable<string> users, IEnumerable<string> connectors) =>
        (_users, _connectors) = (new HashSet<string>(users, StringComparer.Ordinal), new HashSet<string>(connectors, StringComparer.Ordinal));

    public required IReadOnlyDictionary<string, GroupSpec> Groups { get; init; }

    public required IReadOnlyDictionary<string, ApplicationDefinition> Applications { get; init; }

    /// <summary>The installation's own policies in effect, by name.</summary>
    public required IReadOnlyDictionary<string, Policy> Policies { get; init; }

    /// <summary>Those among the installation's own policies in effect that could not be published today.</summary>
    public required IReadOnlyList<InvalidPolicy> Invalid { get; init; }

    public required Nesting Nesting { get; init; }

    public bool HasUser(string name) => _users.Contains(name);

    public bool HasConnector(string name) => _connectors.Contains(name);

    /// <summary>The same with some of it changed, every policy of which is valid.</summary>
    public World With(IReadOnlyList<(ResourceKey Key, object Spec)> changes)
    {
        var (groups, applications, policies) = (Copy(Groups), Copy(Applications), Copy(Policies));
        foreach (var (key, spec) in changes)
        {
            if (spec is GroupSpec group) groups[key.Name] = group;
            else if (spec is ApplicationDefinition application) applications[key.Name] = application;
            else if (spec is PolicySpec { Cedar: var cedar } && RememberedChecks.Of(key.Name, cedar).Policy is { } policy) policies[key.Name] = policy;
        }

        return new World(_users.Concat(Named(UserKind.Name)), _connectors.Concat(Named(ResourceKinds.Connector)))
        {
            Groups = groups,
            Nesting = new Nesting(groups),
            Applications = applications,
            Invalid = [.. Invalid.Where(policy => !changes.Any(change => change.Key == new ResourceKey(PolicyKind.Name, policy.Name)))],
            Policies = policies,
        };

        IEnumerable<string> Named(string kind) => changes.Where(change => change.Key.Kind == kind).Select(static change => change.Key.Name);

        static Dictionary<string, T> Copy<T>(IReadOnlyDictionary<string, T> all) => new(all, StringComparer.Ordinal);
    }

    public static async Task<World> ReadAsync(DoorwardDb db, CancellationToken ct)
    {
        var users = await db.Users.AsNoTracking().Select(static u => u.UserName!).ToListAsync(ct);
        var documents = await db.Resources.AsNoTracking()
            .Where(static d => d.Kind == ResourceKinds.Group || d.Kind == ResourceKinds.Application || d.Kind == ResourceKinds.Connector)
            .ToListAsync(ct);
        var policies = await db.Policies.AsNoTracking().Where(static p => p.RetiredById == null && !p.System).ToListAsync(ct);
        var groups = documents.Where(static d => d.Kind == ResourceKinds.Group)
            .ToDictionary(static d => d.Name, static d => JsonSerializer.Deserialize<GroupSpec>(d.Json, JsonSerializerOptions.Web)!, StringComparer.Ordinal);
        return new World(users, documents.Where(static d => d.Kind == ResourceKinds.Connector).Select(static d => d.Name))
        {
            Groups = groups,
            Nesting = new Nesting(groups),
            Applications = documents.Where(static d => d.Kind == ResourceKinds.Application).ToDictionary(
                static d => d.Name,
                static d => JsonSerializer.Deserialize(d.Json, ApplicationJson.Default.ApplicationDefinition)!,
                StringComparer.Ordinal),
            Invalid = InvalidPolicy.Among(policies),
            Policies = policies
                .Select(static p => RememberedChecks.Of(p.Name, p.Cedar).Policy)
                .OfType<Policy>()
                .ToDictionary(static p => p.Id, StringComparer.Ordinal),
        };
    }
}
