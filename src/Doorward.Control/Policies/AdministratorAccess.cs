using System.Collections.Immutable;
using System.Text.Json;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Groups;
using Doorward.Control.Resources.IdentityProviders;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Policies;

/// <summary>
/// Whether at least one administrator could come in: an enabled person in the administrators group, with a usable second
/// factor, whom the console's policies let through. Every write that could end that asks before it commits, inside its own
/// transaction, so that two removals at once cannot each see the other's administrator still there.
/// </summary>
public sealed class AdministratorAccess(TimeProvider time)
{
    internal static readonly ResourceError Refusal = new()
    {
        Message = "this would leave no administrator a way in",
        Fix = "first give somebody else a second factor and a place in the group administrators",
    };

    /// <summary>Asks within the caller's transaction.</summary>
    public async Task<bool> HaveWayInAsync(DoorwardDb db, CancellationToken ct)
    {
        var groups = await db.Resources.AsNoTracking().Where(static d => d.Kind == ResourceKinds.Group).ToDictionaryAsync(
            static d => d.Name, static d => JsonSerializer.Deserialize<GroupSpec>(d.Json, JsonSerializerOptions.Web)!, StringComparer.Ordinal, ct);
        var nesting = new Nesting(groups);
        var members = nesting.MembersOf(BuiltIns.Administrators);
        if (members.IsEmpty) return false;
        var policies = await SystemPoliciesAsync(db, ct);
        var people = await db.Users.AsNoTracking()
            .Where(u => members.Contains(u.UserName!) && !u.Disabled && u.Kind == SubjectKind.User)
            .ToListAsync(ct);
        foreach (var person in people)
        {
            var assurance = await BestAssuranceAsync(db, person, ct);
            if (assurance >= 2 && Opens(policies, person, nesting.GroupsOf(person.UserName!), assurance)) return true;
        }

        return false;
    }

    private static async Task<int> BestAssuranceAsync(DoorwardDb db, User person, CancellationToken ct)
    {
        if (await db.UserPasskeys.AnyAsync(p => p.UserId == person.Id, ct)) return 3;
        if (person is { PasswordHash: not null, TotpSecretSealed: not null }) return 2;
        if (person.IdentityProvider is null) return 1;
        var provider = await db.Resources.AsNoTracking()
            .SingleOrDefaultAsync(d => d.Kind == ResourceKinds.IdentityProvider && d.Name == person.IdentityProvider, ct);
        if (provider is null) return 1;
        var spec = JsonSerializer.Deserialize<IdentityProviderSpec>(provider.Json, JsonSerializerOptions.Web)!;
        if (spec.Disabled) return 1;
        return Math.Max(person.TotpSecretSealed is null ? 1 : 2, spec.Acr.Values.Concat(spec.Amr.Values).DefaultIfEmpty(1).Max());
    }

    private static async Task<PolicyBundle> SystemPoliciesAsync(DoorwardDb db, CancellationToken ct)
    {
        var policies = await db.Policies.AsNoTracking().Where(static p => p.System && p.RetiredById == null).ToListAsync(ct);
        return PolicyBundle.Create(0, policies.Select(static p => new PolicyDefinition(p.Name, p.Cedar, p.ReportOnly, p.System)));
    }

    private bool Opens(PolicyBundle policies, User person, ImmutableArray<string> groups, int assurance)
    {
        var now = time.GetUtcNow();
        var evidence = new Evidence
        {
            Subject = new SubjectEvidence(SubjectKind.User, person.UserName!, groups, person.Email),
            Session = new SessionEvidence
            {
                Assurance = assurance,
                Methods = assurance >= 3 ? ["hwk", "mfa"] : ["pwd", "otp", "mfa"],
                Authenticated = now,
                Expires = now.AddHours(1),
            },
            Time = TimeEvidence.At(now, TimeZoneInfo.Utc),
        };
        var console = new ResourceFacts(SystemApplications.Console, ImmutableSortedDictionary<string, string>.Empty, System: true);
        return Evaluator.Evaluate(policies, new EvaluationInput(evidence, AccessAction.Write, console)).Allowed;
    }
}
