using System.Text.Json;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Resources.Groups;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Identity;

/// <summary>
/// Which doors would open for a person, by the same evaluator that the gateway asks. What only a stronger or fresher
/// sign-in would open is listed too; what would not open at all is not, so that nobody learns of it here.
/// </summary>
public sealed class OwnApplications(IDbContextFactory<DoorwardDb> databases, InstallationAddress address, TimeProvider time)
{
    private static readonly string[] Strongest = ["hwk", "mfa"];

    public async Task<IReadOnlyList<OwnApplication>> ListAsync(Session session, User user, AttemptSource source, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        await using var moment = await db.BeginSnapshotAsync(cancel);
        var policies = await db.Policies.AsNoTracking().Where(policy => policy.RetiredById == null).ToListAsync(cancel);
        var bundle = PolicyBundle.Create(0, policies.Select(policy => new PolicyDefinition(policy.Name, policy.Cedar, policy.ReportOnly, policy.System)));
        var applications = await db.Resources.AsNoTracking().Where(resource => resource.Kind == ResourceKinds.Application).OrderBy(resource => resource.Name).ToListAsync(cancel);
        var groups = new Nesting(await GroupDocuments.ReadAsync(db, cancel)).GroupsOf(user.UserName!);
        var zone = TimeEvidence.ZoneOf(user.TimeZone, await db.Settings.Select(static settings => settings.TimeZone).SingleAsync(cancel));
        var now = Gather(user, groups, source, session.Assurance, session.Methods, session.Authenticated, zone);
        var best = Gather(user, groups, source, 3, Strongest, time.GetUtcNow(), zone);
        return [.. applications.Select(document => Judge(bundle, document, now, best)).OfType<OwnApplication>()];
    }

    private OwnApplication? Judge(PolicyBundle policies, ResourceDocument document, Evidence now, Evidence best)
    {
        var definition = JsonSerializer.Deserialize(document.Json, ApplicationJson.Default.ApplicationDefinition)!;
        var facts = ResourceFacts.From(definition, document.System);
        if (definition.Tcp is [var target, ..])
        {
            // Judged as a tunnel to the first target: what policy says of others shows when they are asked for.
            var tunnel = new TunnelEvidence(target.Host, target.Ports[0].First, "tcp");
            return Opening(policies, facts, AccessAction.Tunnel, now with { Tunnel = tunnel }, best with { Tunnel = tunnel }) is { } tunnels
                ? new OwnApplication(definition.Name, null, null, tunnels) { IsSsh = definition.Ssh is not null }
                : null;
        }

        // A wildcard is no place to go to.
        if (definition.Hosts.FirstOrDefault(host => !host.StartsWith('*')) is not { } host)
            return null;
        return Opening(policies, facts, AccessAction.Read, OnTheFrontPage(now, host), OnTheFrontPage(best, host)) is { } opens
            ? new OwnApplication(definition.Name, host, $"{address.Origin(host)}/", opens)
            : null;
    }

    // Null when not even the best sign-in would open it.
    private static bool? Opening(PolicyBundle policies, ResourceFacts facts, AccessAction action, Evidence now, Evidence best)
    {
        var opens = Evaluator.Evaluate(policies, new EvaluationInput(now, action, facts)).Allowed;
        return opens || Evaluator.Evaluate(policies, new EvaluationInput(best, action, facts)).Allowed ? opens : null;
    }

    private static Evidence OnTheFrontPage(Evidence evidence, string host) => evidence with { Http = new HttpEvidence("GET", host, "/") };

    private Evidence Gather(User user, System.Collections.Immutable.ImmutableArray<string> groups, AttemptSource source, int assurance, string[] methods, DateTimeOffset authenticated, TimeZoneInfo zone)
    {
        var now = time.GetUtcNow();
        return new Evidence
        {
            Subject = new SubjectEvidence(SubjectKind.User, user.UserName!, groups, user.Email),
            Session = new SessionEvidence { Assurance = assurance, Methods = [.. methods], Authenticated = authenticated, Expires = now.AddHours(1), IdentityProvider = user.IdentityProvider },
            Network = new NetworkEvidence(source.Address, []),
            Time = TimeEvidence.At(now, zone),
        };
    }
}

/// <summary>One door, and whether it opens with the sign-in as it is.</summary>
/// <param name="Host">Null when it is reached by tunnels.</param>
public sealed record OwnApplication(string Name, string? Host, string? Address, bool Opens)
{
    /// <summary>Of one that is reached by tunnels: whether a person's own name and a certificate of ours sign in there.</summary>
    public bool IsSsh { get; init; }

    /// <summary>Of one that is reached by tunnels: what the person runs.</summary>
    public string? Command => Address is not null ? null : IsSsh ? $"doorward-agent ssh {Name}" : $"doorward-agent forward {Name} --port 0";
}
