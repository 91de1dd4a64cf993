using System.Text.Json;
using Doorward.Control.Devices;
using Doorward.Control.Storage;
using Doorward.Core.Evidences;
using Doorward.Core.Protocol;
using Doorward.Core.Sessions;
using Google.Protobuf.WellKnownTypes;

namespace Doorward.Control.Changes;

/// <summary>Entities as gateways are told of them. The feed's snapshots and answers use the same words.</summary>
internal static class Faces
{
    public static Change Session(Session session) => session.Ended is null
        ? new Change { Session = SessionState(session) }
        : new Change { SessionEnded = SessionEnded(session) };

    // Who did it is for records, not for gateways: they tell people why.
    public static SessionEnded SessionEnded(Session session) => new()
    {
        SessionId = session.Id,
        Cause = (session.EndCause ?? SessionEndCause.Unknown).ToString(),
        Reason = session.EndReason ?? "",
        Initiator = session.EndInitiator ?? "system",
    };

    public static SessionState SessionState(Session session) => new()
    {
        Id = session.Id,
        SubjectId = session.UserId,
        Kind = session.Kind,
        Assurance = session.Assurance,
        Methods = { session.Methods },
        Created = session.Created.ToTimestamp(),
        Authenticated = session.Authenticated.ToTimestamp(),
        Expires = session.Expires.ToTimestamp(),
        Address = session.Address ?? "",
        IdentityProvider = session.IdentityProvider ?? "",
        Revision = session.Revision,
        DeviceId = session.DeviceId ?? "",
        Place = session.DeviceId is null
            ? null
            : new SessionPlace { Address = session.BoundAddress ?? "", Client = session.BoundClient ?? "", DeviceAddress = session.BoundDeviceAddress ?? "" },
    };

    public static Change HandleEnded(Handle handle) =>
        new() { HandleEnded = new HandleEnded { HandleHash = Google.Protobuf.ByteString.CopyFrom(handle.Hash), SessionId = handle.SessionId } };

    public static Change Subject(User user) => new() { Subject = SubjectState(user) };

    public static Change SubjectGone(User user)
    {
        var state = SubjectState(user);
        state.Disabled = true;
        return new Change { Subject = state };
    }

    public static SubjectState SubjectState(User user) => new()
    {
        Id = user.Id,
        Kind = user.Kind == SubjectKind.Service ? "service" : "user",
        Name = user.UserName ?? "",
        Email = user.Email ?? "",
        DisplayName = user.DisplayName ?? "",
        Disabled = user.Disabled,
        TimeZone = user.TimeZone ?? "",
    };

    public static Change? Token(Token token) => token.Ended is null ? null : TokenEnded(token, token.EndReason ?? "ended");

    public static Change TokenEnded(Token token, string reason) =>
        new() { TokenEnded = new TokenEnded { TokenId = token.Id, SessionId = token.SessionId, Reason = reason } };

    public static Change Resource(ResourceDocument document) => document.Kind switch
    {
        ResourceKinds.Application => new Change { Application = Application(document) },
        ResourceKinds.Group => new Change { Group = Group(document) },
        ResourceKinds.Network => new Change { Network = Network(document) },
        ResourceKinds.Connector => new Change { Connector = Connector(document) },
        _ => new Change { Unrelated = new Unrelated { What = $"{document.Kind} {document.Version}" } },
    };

    public static Change ResourceGone(ResourceDocument document) => document.Kind switch
    {
        ResourceKinds.Application => new Change { ApplicationRemoved = new NameRemoved { Name = document.Name } },
        ResourceKinds.Group => new Change { GroupRemoved = new NameRemoved { Name = document.Name } },
        ResourceKinds.Network => new Change { NetworkRemoved = new NameRemoved { Name = document.Name } },
        ResourceKinds.Connector => new Change { ConnectorRemoved = new NameRemoved { Name = document.Name } },
        _ => new Change { Unrelated = new Unrelated { What = document.Kind } },
    };

    public static ApplicationState Application(ResourceDocument document) =>
        new() { Name = document.Name, System = document.System, DefinitionJson = document.Json, Version = document.Version };

    public static GroupState Group(ResourceDocument document)
    {
        var spec = Read<GroupSpec>(document);
        return new GroupState { Name = document.Name, Members = { spec.Everyone }, Groups = { spec.Groups } };
    }

    public static NetworkState Network(ResourceDocument document) =>
        new() { Name = document.Name, Ranges = { Read<NetworkSpec>(document).Ranges } };

    public static ConnectorState Connector(ResourceDocument document)
    {
        var spec = Read<ConnectorSpec>(document);
        return new ConnectorState { Name = document.Name, Replicas = { spec.Replicas }, Draining = { spec.Draining } };
    }

    public static Change Publication(Publication publication)
    {
        var kept = publication.Added.Select(policy => policy.Name).ToHashSet(StringComparer.Ordinal);
        return new Change
        {
            Policies = new PoliciesPublished
            {
                Put = { publication.Added.Select(Policy) },
                Removed = { publication.Retired.Select(policy => policy.Name).Where(name => !kept.Contains(name)) },
            },
        };
    }

    public static PolicyState Policy(PolicyVersion policy) =>
        new() { Name = policy.Name, Cedar = policy.Cedar, ReportOnly = policy.ReportOnly, System = policy.System, Version = policy.Version };

    public static Change Settings(InstallationSettings settings) => new() { Settings = SettingsState(settings) };

    public static Settings SettingsState(InstallationSettings settings) => new()
    {
        Domain = settings.Domain,
        PublicPort = settings.PublicPort,
        IdleTimeout = settings.IdleTimeout.ToDuration(),
        AbsoluteTimeout = settings.AbsoluteTimeout.ToDuration(),
        Lease = settings.Lease.ToDuration(),
        StrictLease = settings.StrictLease.ToDuration(),
        OwnedHeaders = { settings.OwnedHeaders },
        TimeZone = settings.TimeZone,
    };

    // The row says only that the keys changed: the log holds no secret, and the feed sends the keys of the moment.
    public static Change? Secret(SealedSecret secret) =>
        secret.Purpose == SecretPurposes.CookieKey ? new Change { CookieKeys = new CookieKeys() } : null;

    public static Change? SecretGone(SealedSecret secret) => Secret(secret);

    public static Change? Gateway(Gateway gateway) => gateway.Revoked is null ? null : GatewayRevoked(gateway.Name);

    public static Change GatewayRevoked(string name) => new() { GatewayRevoked = new GatewayRevoked { Name = name } };

    public static Change Device(Device device) => new() { Device = DeviceFace.StateOf(device) };

    private static T Read<T>(ResourceDocument document) =>
        JsonSerializer.Deserialize<T>(document.Json, JsonSerializerOptions.Web)
        ?? throw new InvalidOperationException($"{document.Kind} \"{document.Name}\" holds no specification.");
}
