using Doorward.Control.Audit;
using Doorward.Control.Audit.Witness;
using Doorward.Control.Feeds;
using Doorward.Control.Identity.Invitations;
using Doorward.Control.Policies;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Overview;

/// <summary>What waits for somebody to look at it: nothing of it stops the installation, or it would be an alarm elsewhere.</summary>
internal sealed class NoticeReader(
    BootstrapInvitations bootstrap, ConnectedGateways connected, AuditLog audit, AuditVerification verification, CheckpointWitness witness, TimeProvider time)
{
    private const int MostNamed = 20;
    private const int FarBehind = 10;
    private static readonly TimeSpan VerifyEvery = TimeSpan.FromDays(7);

    /// <summary>Gravest first.</summary>
    public async Task<IReadOnlyList<Notice>> ReadAsync(DoorwardDb db, CancellationToken ct)
    {
        var notices = new List<Notice>();
        if (audit.State is AuditState.Unavailable outage)
            notices.Add(new("audit", null, $"the audit log takes no records: {outage.Reason}", "Free disk space on the data directory; until then nobody gets in."));
        if (!await bootstrap.HasAdministratorAsync(ct))
            notices.Add(new("administrator", null, "no administrator can sign in yet", "Open the enrolment link that doorward up printed, or make one: doorward user invite admin."));
        notices.AddRange(await PoliciesAsync(db, ct));
        notices.AddRange(await GatewaysAsync(db, ct));
        notices.AddRange(witness.Sinks.Where(static sink => sink.Problem is not null)
            .Select(static sink => new Notice("checkpoint", sink.Name, $"audit checkpoints do not reach {sink.Name}: {sink.Problem}", "They are sent again by themselves once it answers.")));
        if (Verification() is { } unverified) notices.Add(unverified);
        return notices;
    }

    private static async Task<IReadOnlyList<Notice>> PoliciesAsync(DoorwardDb db, CancellationToken ct)
    {
        var inForce = await db.Policies.AsNoTracking().Where(static p => p.RetiredById == null && !p.System).ToListAsync(ct);
        var invalid = InvalidPolicy.Among(inForce);
        return
        [
            .. invalid.Take(MostNamed).Select(static policy => new Notice("policy", policy.Name, $"does not validate: {policy.Error.Message}", "Mend or delete it; until then no other policy is published.")),
            .. inForce.Where(policy => invalid.All(other => other.Name != policy.Name)).OrderBy(static policy => policy.Name, StringComparer.Ordinal)
                .Select(static policy => (policy.Name, RememberedChecks.Of(policy.Name, policy.Cedar).Warnings))
                .Where(static warned => !warned.Warnings.IsEmpty).Take(MostNamed)
                .Select(static warned => new Notice("policy", warned.Name, $"warns: {warned.Warnings[0].Message}", "Look at it; it is in force as it is written.")),
        ];
    }

    private async Task<IReadOnlyList<Notice>> GatewaysAsync(DoorwardDb db, CancellationToken ct)
    {
        var live = connected.List().ToDictionary(static gateway => gateway.Name, StringComparer.Ordinal);
        var revision = await db.Counters.Select(static counter => counter.Revision).SingleAsync(ct);
        var known = await db.Gateways.AsNoTracking().Where(static gateway => gateway.Revoked == null).OrderBy(static gateway => gateway.Name).Select(static gateway => gateway.Name).ToListAsync(ct);
        var notices = new List<Notice>();
        foreach (var name in known)
        {
            if (!live.TryGetValue(name, out var gateway))
                notices.Add(new("gateway", name, "is not connected, and serves nobody once its lease is over", "See that it runs and reaches the control plane; if it is gone for good: doorward gateway revoke."));
            else if (revision - gateway.Applied >= FarBehind)
                notices.Add(new("gateway", name, $"is {revision - gateway.Applied} changes behind", "It catches up by itself; if it does not, look at its log."));
        }

        return notices;
    }

    private Notice? Verification() => verification.Last switch
    {
        null => new("verification", null, "the audit log was not verified since the control plane started", "Verify it on the audit page, or best against a checkpoint kept outside: doorward audit verify --checkpoint FILE."),
        { Intact: false } bad => new("audit", null, $"the audit log does not verify: {bad.Problem}", "Keep a copy of it as evidence, and restore from a backup."),
        { } good when time.GetUtcNow() - good.Time > VerifyEvery => new("verification", null, $"the audit log was last verified {(time.GetUtcNow() - good.Time).Days} days ago", "Verify it on the audit page."),
        _ => null,
    };
}
