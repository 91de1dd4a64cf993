using System.Security.Cryptography;
using Doorward.Control.Devices.Compliance;
using Doorward.Control.Storage;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Devices.Posture;
using Doorward.Core.Devices.Reports;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Devices.Reports;

/// <summary>
/// Takes the reports of devices, each in its turn. One that says nothing new moves a number in memory; one that does is in the change log
/// before it is answered. What is refused is told the device in words, and the audit log once.
/// </summary>
internal sealed class ReportIntake(ReportNonces nonces, ReportLedger ledger, DeviceWrites writes, DeviceRefusals refusals, TimeProvider time)
{
    public async Task<(ReportAnswer? Answer, DeviceProblem? Problem)> TakeAsync(AskingDevice device, byte[] signed, CancellationToken ct)
    {
        var line = await ledger.EnterAsync(device.Id, ct);
        try
        {
            return await InTurnAsync(device, line, signed, ct);
        }
        finally
        {
            line.Turn.Release();
        }
    }

    private async Task<(ReportAnswer?, DeviceProblem?)> InTurnAsync(AskingDevice device, ReportLine line, byte[] signed, CancellationToken ct)
    {
        if (device.HoldCause == DeviceHoldCause.Forked) return (null, DeviceProblems.Forked);
        if (!line.TryPay(time.GetUtcNow())) return (null, DeviceProblems.TooOften);
        var claim = ReportClaim.Read(signed);

        // What was reported before is asked for only by a report that says something.
        var before = claim.SaysFacts ? StoredPosture.Parse(await ledger.PostureOfAsync(device.Id, ct)) : null;
        var expected = new ReportExpectation
        {
            Device = device.Id,
            PublicKey = KeyOf(device),
            Nonce = NonceOf(device.Id, line, claim),
            Last = (before ?? StoredPosture.Empty).ToPosture(line.Sequence, line.Last ?? default),
            Now = time.GetUtcNow(),
        };

        // Taken back before it is looked at: of many answers to one nonce, one is.
        line.Nonce = null;
        var verdict = ReportVerifier.Verify(signed, expected);
        if (verdict is ReportVerdict.Refused refused) return (null, await RefuseAsync(device, line, refused));
        var accepted = (ReportVerdict.Accepted)verdict;
        if (!accepted.Ignored.IsEmpty) await refusals.NoteAsync(device.Id, "unknown-facts");
        line.Take(accepted.Posture);
        var news = before?.With(accepted.Posture) is var (posture, changed) && !posture.IsSame(before) ? new ReportNews(posture, changed) : null;
        Device? written = null;
        if (news is not null || device.Stale || line.IsStale)
        {
            written = (await WriteAsync(device.Id, line, news, ct)).Device;
            if (written is null) return (null, DeviceProblems.Retired);
        }

        return (new ReportAnswer
        {
            Sequence = accepted.Posture.Sequence,
            Nonce = line.Nonce = nonces.For(device.Id, accepted.Posture.Sequence),
            Ignored = [.. accepted.Ignored],
            Health = written is null ? Healths.Of(device) : Healths.Of(written) with { Name = written.Name },
        }, null);
    }

    // A nonce that was given by a process that is gone is known by its MAC, as long as no report came after the one that it answered.
    private ReadOnlyMemory<byte> NonceOf(string device, ReportLine line, ReportClaim claim)
    {
        if (line.Nonce is { } given) return given;
        return !line.IsDirty && nonces.Read(device, claim.Nonce) >= line.Sequence ? claim.Nonce : default(ReadOnlyMemory<byte>);
    }

    private static ECParameters KeyOf(AskingDevice device)
    {
        // Only keys on P-256 enrol, and theirs end with the point's two coordinates (RFC 5480 section 2.2).
        const int coordinate = 32;
        var key = device.PublicKey;
        return new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = key[^(2 * coordinate)..^coordinate], Y = key[^coordinate..] } };
    }

    private async Task<DeviceAct> WriteAsync(string id, ReportLine line, ReportNews? news, CancellationToken ct)
    {
        try
        {
            var act = await ChangeAsync(id, line, news, ct);
            line.IsStale = false;
            return act;
        }
        catch
        {
            // Not written: the sweep does it.
            line.IsDirty = true;
            throw;
        }
    }

    private Task<DeviceAct> ChangeAsync(string id, ReportLine line, ReportNews? news, CancellationToken ct) => writes.ChangeAsync(
        (db, token) => db.Devices.SingleOrDefaultAsync(d => d.Id == id, token),
        async (db, device, token) =>
        {
            device.Stale = false;
            device.Reported = line.Last;
            if (news is not null)
            {
                device.Posture = news.Posture.ToJson();
                db.DeviceFactChanges.AddRange(news.Turned.Select(fact => new DeviceFactChange
                {
                    DeviceId = id,
                    Name = fact.Name,
                    Result = fact.State.Name(),
                    Evidence = fact.Evidence,
                    At = fact.Since,
                }));
            }

            await ReportLedger.WriteAsync(db, [KeyValuePair.Create(id, line)], token);
            return true;
        }, "report", ct);

    private async Task<DeviceProblem> RefuseAsync(AskingDevice device, ReportLine line, ReportVerdict.Refused refused)
    {
        if (refused.Fault == ReportFault.Forked)
        {
            await HoldAsync(device);
            return DeviceProblems.Forked;
        }

        var problem = DeviceProblems.Report(refused);

        // Honest devices ask so, at each start and whenever an answer was lost.
        if (refused.Fault is not (ReportFault.OtherBase or ReportFault.OtherNonce)) await refusals.NoteAsync(device.Id, problem.Code);

        // Whoever has the key may go on from here: a device whose answer was lost, and a clone that is then found by its number.
        return problem with { Nonce = line.Nonce = nonces.For(device.Id, line.Sequence) };
    }

    // Whoever is the right one of the two, neither is known to be.
    private async Task HoldAsync(AskingDevice device)
    {
        await writes.ChangeAsync(
            (db, token) => db.Devices.SingleOrDefaultAsync(d => d.Id == device.Id, token),
            (_, held, _) =>
            {
                held.Standing = DeviceStanding.Held;
                held.HoldCause = DeviceHoldCause.Forked;
                return Task.FromResult(true);
            }, "forked", CancellationToken.None);
        await refusals.NoteAsync(device.Id, "device-forked", isOwnSignal: true);
    }

    private sealed record ReportNews(StoredPosture Posture, IReadOnlyList<StoredFact> Turned);
}
