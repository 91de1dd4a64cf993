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
/// Binds a session to the device that signed for it, and to the browser that asked for the signature. From then on each thing that the
/// device signs keeps it bound there; a session that is used elsewhere, or by another kind of client, is not.
/// </summary>
internal sealed class ProofIntake(
    SessionChallenges challenges, DeviceContacts contacts, DeviceRefusals refusals, BindingRecords records, IDbContextFactory<DoorwardDb> databases, TimeProvider time)
{
    public async Task<(ProofAnswer? Answer, DeviceProblem? Problem)> TakeAsync(AskingDevice device, SignedProof signed, IPAddress? from, CancellationToken ct)
    {
        if (!IsSigned(device, signed)) return await RefuseAsync(device, DeviceProblems.Unsigned);
        if (Parse(signed.Proof) is not { } proof) return await RefuseAsync(device, DeviceProblems.Unreadable);
        if (proof.Device != device.Id) return await RefuseAsync(device, DeviceProblems.OtherDevice);
        var off = proof.Time - time.GetUtcNow();
        if (off.Duration() > ReportFormat.ClockTolerance) return await RefuseAsync(device, DeviceProblems.Clock(off));
        if (device.Standing != DeviceStanding.Active) return await RefuseAsync(device, DeviceProblems.Held);
        if (challenges.Read(proof.Challenge, proof.Origin, proof.Session) is not { } browser) return await RefuseAsync(device, DeviceProblems.Challenge);
        var binding = new Binding(browser.Address, browser.Client, BrowserPlace.Text(from));
        var (problem, isNew) = await BindAsync(device, proof.Session, binding, ct);
        if (problem is not null) return await RefuseAsync(device, problem);
        if (isNew) await records.BoundAsync(device.Id, proof.Session, browser);
        contacts.Note(device.Id, from, isBinding: true);
        return (new ProofAnswer(proof.Session), null);
    }

    private async Task<(DeviceProblem? Problem, bool IsNew)> BindAsync(AskingDevice device, string id, Binding binding, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.WriteAsync<(DeviceProblem?, bool)>(async token =>
        {
            if (await db.Sessions.SingleOrDefaultAsync(s => s.Id == id && s.Ended == null, token) is not { } session) return (DeviceProblems.Challenge, false);
            if (session.DeviceId is { } bound && bound != device.Id) return (DeviceProblems.OtherSession, false);
            if (device.OwnerId is { } owner && owner != session.UserId) return (DeviceProblems.OtherOwner, false);
            var before = (session.DeviceId, new Binding(session.BoundAddress ?? "", session.BoundClient ?? "", session.BoundDeviceAddress ?? ""));
            if (before == (device.Id, binding)) return (null, false);
            session.DeviceId = device.Id;
            (session.BoundAddress, session.BoundClient, session.BoundDeviceAddress) = (binding.Browser, binding.Client, binding.Device);
            await db.SaveChangesAsync(token);
            return (null, true);
        }, ct);
    }

    private sealed record Binding(string Browser, string Client, string Device);

    private async Task<(ProofAnswer?, DeviceProblem?)> RefuseAsync(AskingDevice device, DeviceProblem problem)
    {
        await refusals.NoteAsync(device.Id, problem.Code);
        return (null, problem);
    }

    private static bool IsSigned(AskingDevice device, SignedProof signed)
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
