using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Doorward.Control.Api;
using Doorward.Control.Decisions;
using Doorward.Control.Devices;
using Doorward.Control.Policies;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;
using Doorward.Core.Protocol;
using Doorward.Core.Remedies;
using Doorward.Core.Tunnels;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Ssh;

/// <summary>
/// As which users of an application's servers a session may log in: of the names that the application lists, those for which policy permits
/// the tunnel with that name in <c>context.tunnel.login</c>, by what is known of the session now.
/// </summary>
internal sealed class SshPrincipals(IDbContextFactory<DoorwardDb> databases, PolicyHistory policies, TimeProvider time)
{
    private const string UserPlace = "{user}";
    private const string Superuser = "root";
    private const int SshPort = 22;
    private static readonly TimeSpan SearchBudget = TimeSpan.FromMilliseconds(50);
    private long _searchAgain;

    /// <param name="session">Live.</param>
    /// <param name="user">Its person.</param>
    /// <param name="name">Of the application.</param>
    /// <param name="wanted">The one login that counts; null for all that the application lists.</param>
    /// <param name="device">That showed its certificate with this very request; null for none.</param>
    /// <param name="address">Where that came from.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>Null when no application of that name takes certificates.</returns>
    public async Task<SshLogins?> FindAsync(
        Session session, User user, string name, string? wanted, string? device, IPAddress? address, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        if (await ReadAsync(db, name, cancel) is not var (document, application, ssh, target)) return null;
        var evidence = await EvidenceAsync(db, session, user, device, address, cancel);
        var bundle = await policies.TodayAsync(cancel);
        var resource = ResourceFacts.From(application, document.System);
        var questions = ssh.Principals.SelectMany(principal => LoginsOf(principal, user.UserName!)).Distinct(StringComparer.Ordinal)
            .Where(login => IsLogin(login) && (wanted is null || login == wanted))
            .Select(login => (Login: login, Input: new EvaluationInput(evidence with { Tunnel = target with { Login = login } }, AccessAction.Tunnel, resource))).ToList();
        ImmutableArray<string> allowed = [.. questions.Where(question => Evaluator.Evaluate(bundle, question.Input).Allowed).Select(static question => question.Login)];
        return new SshLogins(application, allowed, allowed.IsEmpty ? Remedies(bundle, [.. questions.Select(static question => question.Input)]) : []);
    }

    // Of the first login that its person can open at all. Searches take a tenth of a core, however many are refused: in between, what one change
    // alone would do is all that is looked at.
    private ImmutableArray<Remedy> Remedies(PolicyBundle bundle, ImmutableArray<EvaluationInput> inputs)
    {
        var began = time.GetTimestamp();
        var budget = began >= Volatile.Read(ref _searchAgain) ? SearchBudget : TimeSpan.Zero;
        ImmutableArray<Remedy> own = [];
        foreach (var input in inputs)
        {
            var left = budget - time.GetElapsedTime(began);
            own = [.. RemedySearch.Find(bundle, input, time, left > TimeSpan.Zero ? left : TimeSpan.Zero).Where(static remedy => remedy.OwnDoing)];
            if (!own.IsEmpty || left <= TimeSpan.Zero) break;
        }

        var ended = time.GetTimestamp();
        if (budget > TimeSpan.Zero) Volatile.Write(ref _searchAgain, ended + (9 * (ended - began)));
        return own;
    }

    /// <summary>The application of that name, when it takes certificates.</summary>
    internal static async Task<(ResourceDocument Document, ApplicationDefinition Application, SshDefinition Ssh, TunnelEvidence Target)?> ReadAsync(DoorwardDb db, string name, CancellationToken cancel)
    {
        var document = await db.Resources.AsNoTracking().SingleOrDefaultAsync(d => d.Kind == ResourceKinds.Application && d.Name == name, cancel);
        return document is not null && JsonSerializer.Deserialize(document.Json, ApplicationJson.Default.ApplicationDefinition) is { Ssh: { } ssh } application
            && TargetOf(application) is { } target
            ? (document, application, ssh, target)
            : null;
    }

    // What a server would read as several names, or a pattern, is none.
    private static bool IsLogin(string name) => name.Length is > 0 and <= 64 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '@') && name[0] != '-';

    // Whoever names people must not thereby make one the lord of every server: that login is given only where the application lists it.
    internal static IEnumerable<string> LoginsOf(string principal, string user)
    {
        var login = principal.Replace(UserPlace, user, StringComparison.Ordinal);
        return login == Superuser && principal != Superuser ? [] : [login];
    }

    private static TunnelEvidence? TargetOf(ApplicationDefinition application)
    {
        var targets = application.Tcp;
        if (targets.IsDefaultOrEmpty) return null;
        var target = targets.FirstOrDefault(static one => one.Ports.Any(static range => range.Holds(SshPort)), targets[0]);
        return new TunnelEvidence(target.Host, target.Ports.Any(static range => range.Holds(SshPort)) ? SshPort : target.Ports[0].First, "tcp");
    }

    private async Task<Evidence> EvidenceAsync(DoorwardDb db, Session session, User user, string? shown, IPAddress? address, CancellationToken cancel)
    {
        var zone = TimeEvidence.ZoneOf(user.TimeZone, await db.Settings.Select(static settings => settings.TimeZone).SingleAsync(cancel));
        var nesting = await ApiAccess.ReadNestingAsync(db, cancel);
        var device = session.DeviceId is { } id ? await db.Devices.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, cancel) : null;
        return new Evidence
        {
            Subject = new SubjectEvidence(user.Kind, user.UserName!, nesting.GroupsOf(user.UserName!), user.Email),
            Session = new SessionEvidence
            {
                Assurance = session.Assurance,
                Methods = [.. session.Methods],
                Authenticated = session.Authenticated,
                Expires = session.Expires,
                IdentityProvider = session.IdentityProvider,
            },
            Device = device is null ? null : DeviceOf(DeviceFace.StateOf(device), device.Id == shown),
            Network = address is null ? null : new NetworkEvidence(address, await SessionEvidenceReader.NamesAsync(db, address, cancel)),
            Time = TimeEvidence.At(time.GetUtcNow(), zone),
        };
    }

    // As gateways conclude it of the same state.
    private static DeviceEvidence DeviceOf(DeviceState state, bool isBound)
    {
        var isActive = state.Standing == "active";
        return new DeviceEvidence(state.Id, Managed: isActive, Seen: true, Bound: isActive && isBound, Compliant: isActive && state.Compliant && !state.Stale)
        {
            KeyAssurance = state.KeyAssurance,
            Platform = state.Platform,
            Facts = !isActive || state.Stale
                ? []
                : [.. state.Facts.Select(static fact => new FactEvidence(fact.Name, fact.Pass, fact.Provenance) { At = fact.At?.ToDateTimeOffset() }).OrderBy(static fact => fact.Name, StringComparer.Ordinal)],
            Reported = state.Reported?.ToDateTimeOffset(),
        };
    }
}

/// <param name="Application">That takes certificates.</param>
/// <param name="Allowed">As whom the session may log in now.</param>
/// <param name="Remedies">Where that is nobody: what its person could do about it.</param>
internal sealed record SshLogins(ApplicationDefinition Application, ImmutableArray<string> Allowed, ImmutableArray<Remedy> Remedies);
