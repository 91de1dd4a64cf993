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
        // A wildcard is no place to go to.
        if (definition.Hosts.FirstOrDefault(host => !host.StartsWith('*')) is not { } host)
            return null;
        var facts = ResourceFacts.From(definition, document.System);
        var opens = Evaluator.Evaluate(policies, new EvaluationInput(OnTheFrontPage(now, host), AccessAction.Read, facts)).Allowed;
        return opens || Evaluator.Evaluate(policies, new EvaluationInput(OnTheFrontPage(best, host), AccessAction.Read, facts)).Allowed
            ? new OwnApplication(definition.Name, host, $"{address.Origin(host)}/", opens)
            : null;
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
public sealed record OwnApplication(string Name, string Host, string Address, bool Opens);
