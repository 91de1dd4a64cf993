using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Doorward.Control.Storage;
using Doorward.Core.Devices;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Devices.Posture;
using Doorward.Core.Devices.Reports;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Devices.Proofs;

/// <summary>
/// Binds a session to the device that signed for it, once. From then on each thing that the device signs keeps it bound, where the device
/// is; a session that is used elsewhere is not.
/// </summary>
internal sealed class ProofIntake(
    SessionChallenges challenges, DeviceContacts contacts, DeviceRefusals refusals, IDbContextFactory<DoorwardDb> databases, TimeProvider time)
{
    public async Task<(ProofAnswer? Answer, DeviceProblem? Problem)> TakeAsync(Device device, SignedProof signed, IPAddress? from, CancellationToken ct)
    {
        if (!IsSigned(device, signed)) return await RefuseAsync(device, DeviceProblems.Unsigned);
        if (Parse(signed.Proof) is not { } proof) return await RefuseAsync(device, DeviceProblems.Unreadable);
        if (proof.Device != device.Id) return await RefuseAsync(device, DeviceProblems.OtherDevice);
        var off = proof.Time - time.GetUtcNow();
        if (off.Duration() > ReportFormat.ClockTolerance) return await RefuseAsync(device, DeviceProblems.Clock(off));
        if (device.Standing != DeviceStanding.Active) return await RefuseAsync(device, DeviceProblems.Held);
        if (challenges.Read(proof.Challenge, proof.Origin) is not { } session) return await RefuseAsync(device, DeviceProblems.Challenge);
        if (await BindAsync(device, session, ct) is { } problem) return await RefuseAsync(device, problem);
        contacts.Note(device.Id, from, isBinding: true);
        return (new ProofAnswer(session), null);
    }

    private async Task<DeviceProblem?> BindAsync(Device device, string id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.WriteAsync(async token =>
        {
            if (await db.Sessions.SingleOrDefaultAsync(s => s.Id == id && s.Ended == null, token) is not { } session) return DeviceProblems.Challenge;
            if (session.DeviceId is { } bound && bound != device.Id) return DeviceProblems.OtherSession;
            if (device.OwnerId is { } owner && owner != session.UserId) return DeviceProblems.OtherOwner;
            session.DeviceId = device.Id;
            await db.SaveChangesAsync(token);
            return null;
        }, ct);
    }

    private async Task<(ProofAnswer?, DeviceProblem?)> RefuseAsync(Device device, DeviceProblem problem)
    {
        await refusals.NoteAsync(device.Id, problem.Code);
        return (null, problem);
    }

    private static bool IsSigned(Device device, SignedProof signed)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(device.PublicKey, out _);
        return key.VerifyData(SignedProof.ToBeSigned(signed.Proof), signed.Signature, HashAlgorithmName.SHA256);
    }

    private static DeviceProof? Parse(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, DeviceJson.Default.DeviceProof);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
