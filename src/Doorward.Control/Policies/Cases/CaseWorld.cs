using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Doorward.Control.Api;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Editing;
using Doorward.Control.Resources.Groups;
using Doorward.Control.Resources.Users;
using Doorward.Control.Ssh;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Policies.Cases;

/// <summary>What cases are about, as it stands in the database that they are read from: an edit's own transaction, or what is published.</summary>
internal sealed class CaseWorld
{
    private readonly IReadOnlyDictionary<string, User> _people;
    private readonly IReadOnlyDictionary<string, (ApplicationDefinition Definition, bool System)> _applications;
    private readonly IReadOnlyDictionary<string, ImmutableArray<IPNetwork>> _networks;
    private readonly IReadOnlyDictionary<string, GroupSpec> _groups;
    private readonly Nesting _nesting;
    private readonly string _zone;

    private CaseWorld(
        IReadOnlyDictionary<string, User> people, IReadOnlyDictionary<string, (ApplicationDefinition, bool)> applications,
        IReadOnlyDictionary<string, ImmutableArray<IPNetwork>> networks, IReadOnlyDictionary<string, GroupSpec> groups, string zone) =>
        (_people, _applications, _networks, _groups, _nesting, _zone) = (people, applications, networks, groups, new Nesting(groups), zone);

    public static async Task<CaseWorld> ReadAsync(DoorwardDb db, IReadOnlyCollection<AccessCase> cases, CancellationToken ct)
    {
        var names = cases.Select(static one => one.Name).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var wanted = cases.Select(static one => one.Application).Distinct(StringComparer.Ordinal).ToList();
        var people = await db.Users.AsNoTracking().Where(u => names.Contains(u.UserName!)).ToDictionaryAsync(static u => u.UserName!, StringComparer.Ordinal, ct);
        var documents = await db.Resources.AsNoTracking()
            .Where(d => d.Kind == ResourceKinds.Network || (d.Kind == ResourceKinds.Application && wanted.Contains(d.Name))).ToListAsync(ct);
        var applications = documents.Where(static d => d.Kind == ResourceKinds.Application).ToDictionary(
            static d => d.Name, static d => (JsonSerializer.Deserialize(d.Json, ApplicationJson.Default.ApplicationDefinition)!, d.System), StringComparer.Ordinal);
        var networks = documents.Where(static d => d.Kind == ResourceKinds.Network).ToDictionary(static d => d.Name, Ranges, StringComparer.Ordinal);
        var zone = await db.Settings.Select(static settings => settings.TimeZone).SingleAsync(ct);
        return new CaseWorld(people, applications, networks, await ApiAccess.ReadGroupsAsync(db, ct), zone);
    }

    /// <summary>The same with what an edit would make of it.</summary>
    public CaseWorld With(IReadOnlyList<SupposedChange> changes)
    {
        if (changes.Count == 0) return this;
        var (people, applications, networks, groups) = (Copy(_people), Copy(_applications), Copy(_networks), Copy(_groups));
        foreach (var (key, spec) in changes)
        {
            if (key.Kind == UserKind.Name) Set(people, key, spec is UserSpec user ? Person(key.Name, user) : null);
            else if (key.Kind == ResourceKinds.Group) Set(groups, key, spec as GroupSpec);
            else if (key.Kind == ResourceKinds.Application && spec is ApplicationDefinition application) applications[key.Name] = (application, false);
            else if (key.Kind == ResourceKinds.Application) applications.Remove(key.Name);
            else if (key.Kind == ResourceKinds.Network && spec is NetworkSpec network) networks[key.Name] = Ranges(network);
            else if (key.Kind == ResourceKinds.Network) networks.Remove(key.Name);
        }

        return new CaseWorld(people, applications, networks, groups, _zone);

        static Dictionary<string, T> Copy<T>(IReadOnlyDictionary<string, T> all) => new(all, StringComparer.Ordinal);

        static void Set<T>(Dictionary<string, T> all, ResourceKey key, T? value)
            where T : class
        {
            if (value is null) all.Remove(key.Name);
            else all[key.Name] = value;
        }
    }

    /// <summary>The kind and name of what a case speaks of and is not there; null when all of it is.</summary>
    public (string Kind, string Name)? MissingFrom(AccessCase asked) =>
        asked.User is { } user && asked.Groups is null && !_people.ContainsKey(user) ? ("user", user)
        : !_applications.ContainsKey(asked.Application) ? ("application", asked.Application)
        : asked.Network is { } network && !_networks.ContainsKey(network) ? ("network", network)
        : null;

    /// <summary>What a tunnel is supposed to have that the application of the case, which is there, does not: no policy would ever be asked of it.</summary>
    public (string Kind, string Name)? MissingFrom(AccessCase asked, TunnelEvidence? tunnel)
    {
        if (tunnel is null) return null;
        var application = _applications[asked.Application].Definition;
        if (!application.Tcp.Any(target => target.Holds(tunnel.Host, tunnel.Port))) return ("target", $"{tunnel.Host}:{tunnel.Port} of {asked.Application}");
        if (tunnel.Login is not { } login || application.Ssh?.Principals.Any(principal => SshPrincipals.LoginsOf(principal, asked.Name ?? "").Contains(login)) is true) return null;
        return ("login name", $"{login} of {asked.Application}");
    }

    public bool IsDisabled(AccessCase asked) => asked.Name is { } name && _people.TryGetValue(name, out var person) && person.Disabled;

    /// <summary>What a gateway would be asked; null when there is no such application or network, so that nobody can ask it.</summary>
    /// <param name="asked">The case.</param>
    /// <param name="otherwise">The moment, where the case names none.</param>
    public EvaluationInput? Suppose(AccessCase asked, DateTimeOffset otherwise)
    {
        if (!_applications.TryGetValue(asked.Application, out var application)) return null;
        if (asked.Network is { } named && !_networks.ContainsKey(named)) return null;
        var action = asked.Action ?? (asked.Tunnel is not null || !application.Definition.Tcp.IsEmpty ? AccessAction.Tunnel : AccessAction.Read);
        var subject = Subject(asked);
        var person = asked.Name is { } name ? _people.GetValueOrDefault(name) : null;
        var time = Time(asked, TimeEvidence.ZoneOf(person?.TimeZone, _zone), otherwise);
        return new EvaluationInput(
            new Evidence
            {
                Subject = subject,
                Session = Session(asked, subject.Kind, time.Now),
                Time = time,
                Device = asked.Device,
                Risk = asked.Risk,
                Network = Network(asked),
                Http = Http(asked, action, application.Definition),
                Tunnel = Tunnel(asked, action, application.Definition),
            },
            action,
            ResourceFacts.From(application.Definition, application.System));
    }

    private SubjectEvidence Subject(AccessCase asked)
    {
        if (asked.Name is not { } name) return SubjectEvidence.Anonymous;
        var person = _people.GetValueOrDefault(name);
        var kind = asked.Service is not null ? SubjectKind.Service : person?.Kind ?? SubjectKind.User;
        return new SubjectEvidence(kind, name, asked.Groups ?? _nesting.GroupsOf(name), person?.Email);
    }

    // A service account comes by token, whatever else is said: it can do nothing better.
    private static SessionEvidence? Session(AccessCase asked, SubjectKind kind, DateTimeOffset now)
    {
        if (kind == SubjectKind.Anonymous) return null;
        var assurance = kind == SubjectKind.Service ? 1 : asked.Assurance ?? 2;
        ImmutableArray<string> usual = assurance switch { >= 3 => ["hwk", "mfa"], 2 => ["mfa", "otp", "pwd"], _ => ["pwd"] };
        return new SessionEvidence
        {
            Assurance = assurance,
            Authenticated = now - (asked.SignInAge ?? TimeSpan.Zero),
            Expires = now.AddHours(1),
            Methods = kind == SubjectKind.Service ? ["token"] : asked.Methods ?? usual,
        };
    }

    private static TimeEvidence Time(AccessCase asked, TimeZoneInfo zone, DateTimeOffset otherwise)
    {
        var local = asked.At ?? TimeZoneInfo.ConvertTime(otherwise, zone);
        if (asked.Hour is { } hour) local = local.AddHours(hour - local.Hour);
        if (asked.Weekday is { } weekday) local = local.AddDays(weekday - TimeEvidence.WeekdayOf(local));
        return TimeEvidence.At(local);
    }

    private NetworkEvidence? Network(AccessCase asked)
    {
        var address = asked.Address ?? (asked.Network is { } named ? _networks[named].Select(static range => range.BaseAddress).FirstOrDefault() : null);
        if (address is null) return null;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var names = _networks.Where(network => network.Value.Any(range => range.Contains(plain))).Select(static network => network.Key);
        return new NetworkEvidence(plain, [.. names.Append(asked.Network).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }

    private static HttpEvidence? Http(AccessCase asked, AccessAction action, ApplicationDefinition application) => action == AccessAction.Tunnel
        ? null
        : new HttpEvidence(
            asked.Method ?? (action == AccessAction.Read ? "GET" : "POST"),
            application.Hosts.FirstOrDefault("").TrimStart('*', '.'),
            application.Paths == PathMode.Opaque ? null : asked.Path ?? "/");

    // An application without targets has no tunnel to be asked about, so that policies see none.
    private static TunnelEvidence? Tunnel(AccessCase asked, AccessAction action, ApplicationDefinition application)
    {
        if (action != AccessAction.Tunnel || application.Tcp is not [var first, ..]) return null;
        var host = asked.Tunnel?.Host ?? first.Host;
        var target = application.Tcp.FirstOrDefault(one => one.Host == host) ?? first;
        return new TunnelEvidence(host, asked.Tunnel?.Port ?? target.Ports[0].First, "tcp", asked.Tunnel?.Login);
    }

    private static User Person(string name, UserSpec spec) => new()
    {
        UserName = name,
        Email = spec.Email,
        Disabled = spec.Disabled,
        TimeZone = spec.TimeZone,
        Kind = spec.Service ? SubjectKind.Service : SubjectKind.User,
    };

    private static ImmutableArray<IPNetwork> Ranges(ResourceDocument document) => Ranges(JsonSerializer.Deserialize<NetworkSpec>(document.Json, JsonSerializerOptions.Web)!);

    private static ImmutableArray<IPNetwork> Ranges(NetworkSpec network) =>
        [.. network.Ranges.Where(static text => IPNetwork.TryParse(text, out _)).Select(IPNetwork.Parse)];
}
