using System.Collections.Frozen;
using System.Collections.Immutable;
using Doorward.Core.Applications;
using Doorward.Core.Evaluations;
using Doorward.Core.Protocol;
using Doorward.Gateway.Authentication;
using Doorward.Gateway.Routing;

namespace Doorward.Gateway.Feed;

/// <summary>The pure step from one state to the next: a snapshot, or one whole transaction of changes.</summary>
internal sealed class StateTransition(string gatewayName)
{
    /// <summary>A halt is for good: what was not understood is not in the snapshot either.</summary>
    public static GatewayState Begin(GatewayState before, Snapshot snapshot)
    {
        var settings = GatewaySettings.Of(snapshot.Settings ?? new Settings());
        return WithRoutes(new GatewayState
        {
            Epoch = snapshot.Epoch,
            Revision = snapshot.Revision,
            Settings = settings,
            Policies = PolicyBundle.Create(snapshot.PolicyRevision, snapshot.Policies.Select(Define)),
            Applications = Compile(snapshot.Applications),
            Groups = GroupTable.Of(snapshot.Groups),
            Networks = NetworkTable.Of(snapshot.Networks),
            CookieKeys = CookieKeyRing.Of(snapshot.CookieKeys),
            Devices = snapshot.Devices.ToImmutableDictionary(static device => device.Id, DeviceView.Of, StringComparer.Ordinal),
            Connectors = snapshot.Connectors.ToImmutableDictionary(static connector => connector.Name, GatewayConnector.Of, StringComparer.Ordinal),
            Halted = before.Halted,
        });
    }

    public GatewayState Step(GatewayState before, IReadOnlyList<Change> transaction, Impact impact)
    {
        var pending = new Pending();
        var after = before with { Revision = transaction[^1].Revision };
        foreach (var change in transaction)
            after = Step(after, change, pending, impact);
        after = after with
        {
            Groups = after.Groups.With(pending.Groups.Values, pending.RemovedGroups),
            Networks = after.Networks.With(pending.Networks.Values, pending.RemovedNetworks),
        };
        foreach (var group in pending.Groups.Keys.Concat(pending.RemovedGroups))
        {
            before.Groups.CollectMembers(group, impact.Subjects);
            after.Groups.CollectMembers(group, impact.Subjects);
        }

        return ReferenceEquals(after.Applications, before.Applications) && ReferenceEquals(after.Settings, before.Settings)
            ? after
            : WithRoutes(after);
    }

    private GatewayState Step(GatewayState state, Change change, Pending pending, Impact impact)
    {
        switch (change.KindCase)
        {
            case Change.KindOneofCase.Session or Change.KindOneofCase.SessionEnded or Change.KindOneofCase.HandleEnded
                or Change.KindOneofCase.Subject or Change.KindOneofCase.TokenEnded or Change.KindOneofCase.Unrelated:
                return state; // the session table's
            case Change.KindOneofCase.Group:
                pending.Put(change.Group);
                return state;
            case Change.KindOneofCase.GroupRemoved:
                pending.RemoveGroup(change.GroupRemoved.Name);
                return state;
            case Change.KindOneofCase.Network:
                impact.Everything = true;
                pending.Put(change.Network);
                return state;
            case Change.KindOneofCase.NetworkRemoved:
                impact.Everything = true;
                pending.RemoveNetwork(change.NetworkRemoved.Name);
                return state;
            case Change.KindOneofCase.Application:
                impact.Applications.Add(change.Application.Name);
                return state with { Applications = Put(state.Applications, change.Application) };
            case Change.KindOneofCase.ApplicationRemoved:
                impact.Applications.Add(change.ApplicationRemoved.Name);
                return state with { Applications = state.Applications.Remove(change.ApplicationRemoved.Name) };
            case Change.KindOneofCase.Policies:
                impact.Everything = true;
                impact.Policies = true;
                return state with
                {
                    Policies = state.Policies.With(change.Revision, change.Policies.Put.Select(Define), change.Policies.Removed),
                };
            case Change.KindOneofCase.Device:
                impact.Devices.Add(change.Device.Id);
                return state with { Devices = Put(state.Devices, DeviceView.Of(change.Device)) };
            case Change.KindOneofCase.Connector:
                return state with { Connectors = state.Connectors.SetItem(change.Connector.Name, GatewayConnector.Of(change.Connector)) };
            case Change.KindOneofCase.ConnectorRemoved:
                return state with { Connectors = state.Connectors.Remove(change.ConnectorRemoved.Name) };
            case Change.KindOneofCase.Settings:
                impact.Everything = true;
                return state with { Settings = GatewaySettings.Of(change.Settings) };
            case Change.KindOneofCase.CookieKeys:
                return state with { CookieKeys = CookieKeyRing.Of(change.CookieKeys.Keys) };
            case Change.KindOneofCase.GatewayRevoked when change.GatewayRevoked.Name != gatewayName:
                return state;
            case Change.KindOneofCase.GatewayRevoked:
                impact.Everything = true;
                return state with { Halted = "this gateway was revoked" };
            default:
                impact.Everything = true;
                return state with { Halted = $"revision {change.Revision} is of a kind that this version does not understand: update the gateway" };
        }
    }

    private static ImmutableDictionary<string, DeviceView> Put(ImmutableDictionary<string, DeviceView> devices, DeviceView device) =>
        device.IsGone ? devices.Remove(device.Id) : devices.SetItem(device.Id, device);

    private static PolicyDefinition Define(PolicyState policy) => new(policy.Name, policy.Cedar, policy.ReportOnly, policy.System);

    private static ImmutableDictionary<string, GatewayApplication> Compile(IEnumerable<ApplicationState> applications)
    {
        var empty = ImmutableDictionary<string, GatewayApplication>.Empty.WithComparers(StringComparer.Ordinal);
        return applications.Aggregate(empty, Put);
    }

    private static ImmutableDictionary<string, GatewayApplication> Put(
        ImmutableDictionary<string, GatewayApplication> applications, ApplicationState state) =>
        GatewayApplication.Of(state) is { } application
            ? applications.SetItem(state.Name, application)
            : applications.Remove(state.Name);

    /// <summary>The console has a door wherever there is a domain, whether or not the feed has named it yet.</summary>
    private static GatewayState WithRoutes(GatewayState state)
    {
        if (state.Settings.Domain.Length == 0)
            return state with { Routes = RouteTable.Empty };
        var applications = state.Applications.ContainsKey(SystemApplications.Console)
            ? state.Applications
            : state.Applications.Add(SystemApplications.Console, GatewayApplication.Console(state.Settings));
        var routes = RouteTable.Build(new RouteTableInput
        {
            Domain = state.Settings.Domain,
            PublicPort = state.Settings.PublicPort,
            Applications = [.. applications.Values.Select(application => application.Definition)],
            SystemApplications = [.. applications.Values.Where(application => application.System).Select(application => application.Name)],
            OwnedHeaders = state.Settings.OwnedHeaders,
        });
        return state with { Applications = applications, Routes = routes };
    }

    /// <summary>Groups and networks of one transaction, gathered so that their tables are built once.</summary>
    private sealed class Pending
    {
        public Dictionary<string, GroupState> Groups { get; } = new(StringComparer.Ordinal);
        public HashSet<string> RemovedGroups { get; } = new(StringComparer.Ordinal);
        public Dictionary<string, NetworkState> Networks { get; } = new(StringComparer.Ordinal);
        public HashSet<string> RemovedNetworks { get; } = new(StringComparer.Ordinal);

        public void Put(GroupState group)
        {
            Groups[group.Name] = group;
            RemovedGroups.Remove(group.Name);
        }

        public void RemoveGroup(string name)
        {
            Groups.Remove(name);
            RemovedGroups.Add(name);
        }

        public void Put(NetworkState network)
        {
            Networks[network.Name] = network;
            RemovedNetworks.Remove(network.Name);
        }

        public void RemoveNetwork(string name)
        {
            Networks.Remove(name);
            RemovedNetworks.Add(name);
        }
    }
}
