using System.Net;
using Doorward.Control.Audit;
using Doorward.Control.Certificates;
using Doorward.Control.Devices.Reports;
using Doorward.Control.Identity;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Doorward.Core.Devices;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Identifiers;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Devices.Enrolment;

/// <summary>Makes a device of a machine that has a link and a key: asks in the first step, uses the link up in the second.</summary>
internal sealed class Enrolments(
    IDbContextFactory<DoorwardDb> databases, EnrolmentAttempts attempts, KeyProof proof, DeviceCertificates certificates, ReportNonces nonces,
    InstallationAddress address, AuditLog audit, LinkRefusals links, TimeProvider time)
{
    public async Task<(EnrolmentChallenge? Challenge, DeviceProblem? Problem)> StartAsync(EnrolmentStart start, IPAddress? from, CancellationToken ct)
    {
        var (claim, problem) = EnrolmentClaim.Read(start);
        if (claim is null) return (null, await ToldAsync(problem, from));
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await EnrolmentLinks.FindAsync(db, claim.Secret, time.GetUtcNow(), ct) is null) return (null, await ToldAsync(DeviceProblems.Link, from));
        return attempts.Ask(claim) is { } challenge
            ? (challenge, null)
            : (null, DeviceProblems.Attestation("its endorsement key or attestation key is of a kind that is not accepted"));
    }

    public async Task<(EnrolmentDone? Done, DeviceProblem? Problem)> FinishAsync(EnrolmentFinish finish, IPAddress? from, CancellationToken ct)
    {
        var (claim, problem) = EnrolmentClaim.Read(finish.Start);
        if (claim is null) return (null, await ToldAsync(problem, from));
        await using var db = await databases.CreateDbContextAsync(ct);

        // Only who has a good link gets further: what follows costs work, and its refusal a record.
        if (await EnrolmentLinks.FindAsync(db, claim.Secret, time.GetUtcNow(), ct) is not { } invitation) return (null, await ToldAsync(DeviceProblems.Link, from));
        db.ChangeTracker.Clear();
        var attempt = new Attempted(claim, invitation.CreatedBy, from?.ToString());
        if (attempts.Open(claim, finish.Attempt) is not { } asked) return await RefuseAsync(attempt, DeviceProblems.Late);
        var (request, wrong) = SigningRequest.Read(finish.SigningRequest);
        if (request is null) return await RefuseAsync(attempt, DeviceProblems.Request(wrong ?? "It cannot be read."));
        if (!request.KeyHash().AsSpan().SequenceEqual(SigningRequest.HashOf(claim.Key))) return await RefuseAsync(attempt, DeviceProblems.OtherKey);
        var proven = proof.Judge(claim, asked, finish.Tpm);
        if (proven.Assurance is not { } assurance) return await RefuseAsync(attempt, DeviceProblems.Attestation(proven.Why ?? ""));
        await audit.AppendAsync(attempt.Record("attempted"), CancellationToken.None);
        var (device, certificate, refused) = await AdmitAsync(db, claim, assurance, ct);
        if (device is null || certificate is null) return await RefuseAsync(attempt, refused ?? DeviceProblems.Link);
        await EndAsync(attempt.Record("done", device));
        return (new EnrolmentDone
        {
            DeviceId = device.Id,
            Name = device.Name,
            KeyAssurance = assurance.Name(),
            AssuranceNote = proven.Why,
            Certificate = certificate,
            Agent = address.Origin($"{SystemApplications.AgentLabel}.{address.Domain}"),
            Nonce = nonces.For(device.Id, sequence: 0),
        }, null);
    }

    // The link is looked at and used up under one lock: of a hundred at once, one finds it.
    private Task<(Device? Device, DeviceCertificate? Certificate, DeviceProblem? Problem)> AdmitAsync(
        DoorwardDb db, EnrolmentClaim claim, KeyAssurance assurance, CancellationToken ct) => db.WriteAsync<(Device?, DeviceCertificate?, DeviceProblem?)>(async token =>
    {
        var now = time.GetUtcNow();
        if (await EnrolmentLinks.FindAsync(db, claim.Secret, now, token) is not { } invitation) return (null, null, DeviceProblems.Link);
        var hash = SigningRequest.HashOf(claim.Key);
        if (await db.Devices.AnyAsync(d => d.KeyHash == hash, token)) return (null, null, DeviceProblems.KnownKey);
        db.DeviceInvitations.Remove(invitation);
        var id = DeviceId.New().Value;
        var certificate = certificates.Issue(id, claim.Key);
        var name = await DeviceNames.FreeAsync(db, invitation.Name ?? DeviceNames.Of(claim.HostName), token);
        var device = db.Devices.Add(new Device
        {
            Id = id,
            Name = name,
            NormalizedName = DeviceNames.Normalize(name),
            OwnerId = invitation.OwnerId,
            Platform = claim.Platform,
            HostName = claim.HostName,
            PublicKey = claim.PublicKey,
            KeyHash = hash,
            KeyAssurance = assurance,
            EndorsementHash = claim.Tpm is { } tpm ? System.Security.Cryptography.SHA256.HashData(tpm.EndorsementKey.Bytes.Span) : null,
            AttestationKey = claim.Tpm?.AttestationKey.Bytes.ToArray(),
            Labels = new Dictionary<string, string>(invitation.Labels, StringComparer.Ordinal),
            Enrolled = now,
            InvitedBy = invitation.CreatedBy,
            CertificateExpires = certificate.Expires,
        }).Entity;
        await db.SaveChangesAsync(token);
        return (device, certificate, null);
    }, ct);

    // What is done is done: a record that cannot be written now is owed.
    private async Task EndAsync(AuditRecord record)
    {
        try
        {
            await audit.AppendAsync(record, CancellationToken.None);
        }
        catch (AuditUnavailableException)
        {
            audit.Owe(record);
        }
    }

    private async Task<DeviceProblem?> ToldAsync(DeviceProblem? problem, IPAddress? from)
    {
        if (problem == DeviceProblems.Link) await links.NoteAsync(LinkRefusals.Device, from);
        return problem;
    }

    private async Task<(EnrolmentDone?, DeviceProblem?)> RefuseAsync(Attempted attempt, DeviceProblem problem)
    {
        await audit.AppendAsync(attempt.Record("refused", problem: problem), CancellationToken.None);
        return (null, problem);
    }

    private sealed record Attempted(EnrolmentClaim Claim, string InvitedBy, string? From)
    {
        public AuditRecord Record(string outcome, Device? device = null, DeviceProblem? problem = null) => new()
        {
            Kind = AuditKind.Administration,
            Actor = AuditValue.Personal(InvitedBy),
            Action = "device.enrol",
            Target = device?.Id ?? Shown.Text(Claim.HostName),
            Outcome = outcome,
            Details = new Dictionary<string, AuditValue>
            {
                ["keeper"] = Claim.Keeper.Name(),
                ["assurance"] = device?.KeyAssurance.Name(),
                ["platform"] = Claim.Platform,
                ["cause"] = problem?.Code,
                ["detail"] = problem?.Detail,
                ["address"] = AuditValue.Personal(From),
            },
        };
    }
}
