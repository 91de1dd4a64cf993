using System.Security.Cryptography;
using System.Text;
using Doorward.Control.Audit;
using Doorward.Control.Feeds;
using Doorward.Control.Overview;
using Doorward.Control.Storage;
using Doorward.Core.Protocol;
using Microsoft.EntityFrameworkCore;
using Record = Doorward.Core.Protocol.Record;

namespace Doorward.Control.Decisions;

/// <summary>
/// Takes the numbered records of gateways: decisions and their inputs into the database, all of them into the audit log.
/// Only then is a batch accepted. A batch that comes again is kept once, and a number that never comes is on record.
/// </summary>
internal sealed class RecordIntake(IDbContextFactory<DoorwardDb> databases, SpoolIntake spools, AuditLog audit, RecentRecords recent, TimeProvider time) : IRecordSink
{
    /// <summary>Characters of an input that is kept: ten thousand groups, and no more than a table can bear.</summary>
    public const int LongestInput = 256 * 1024;

    public async Task<long> AcceptAsync(string gateway, Records batch, CancellationToken ct)
    {
        var spool = SpoolName(gateway, batch.SpoolId);
        var records = batch.Records_.OrderBy(static record => record.Number).DistinctBy(static record => record.Number).ToList();
        if (records.Count == 0) return audit.Spools.Last(spool);
        var known = audit.Spools.Last(spool);
        await StoreAsync(gateway, records, ct);
        foreach (var run in Runs(records)) await spools.AcceptAsync(spool, run[0].Number, [.. run.Select(record => RecordEntries.Of(gateway, record))], ct);
        recent.Take(records.Where(record => record.Number > known));
        return audit.Spools.Last(spool);
    }

    public Task<long?> PositionAsync(string gateway, string spoolId, CancellationToken ct) =>
        Task.FromResult(audit.Spools.Last(SpoolName(gateway, spoolId)) is > 0 and var last ? last : (long?)null);

    // The gateway's name is in its certificate; the spool's it says itself, so it can only ever speak for its own.
    private static string SpoolName(string gateway, string spoolId) => $"{gateway}/{spoolId}";

    private async Task StoreAsync(string gateway, List<Record> records, CancellationToken ct)
    {
        var decisions = records.Where(static r => r.KindCase == Record.KindOneofCase.Decision && r.Decision.Id.Length > 0)
            .DistinctBy(static r => r.Decision.Id).ToList();
        if (decisions.Count == 0) return;
        var ids = decisions.ConvertAll(static r => r.Decision.Id);
        await using var db = await databases.CreateDbContextAsync(ct);
        await db.WriteAsync(async token =>
        {
            var known = await db.Decisions.Where(d => ids.Contains(d.Id)).Select(static d => d.Id).ToHashSetAsync(token);
            await KeepInputsAsync(db, decisions, token);
            db.Decisions.AddRange(decisions.Where(r => !known.Contains(r.Decision.Id)).Select(r => RecordEntries.ToDecision(gateway, r)));
            await db.SaveChangesAsync(token);
        }, ct);
    }

    private async Task KeepInputsAsync(DoorwardDb db, List<Record> decisions, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        foreach (var group in decisions.Select(static r => r.Decision).Where(static d => d.InputHash.Length > 0).GroupBy(static d => d.InputHash))
        {
            var hash = group.Key.ToByteArray();
            if (await db.EvaluationInputs.SingleOrDefaultAsync(i => i.Hash == hash, ct) is { } stored)
            {
                // Once a day is enough to keep what is in use, and spares a write for every decision.
                if (now - stored.LastUsed > TimeSpan.FromDays(1)) stored.LastUsed = now;
                continue;
            }

            // A hash that is not its input's would let one decision be explained by another's facts.
            var json = group.Select(static d => d.InputJson).FirstOrDefault(static text => text.Length is > 0 and <= LongestInput);
            if (json is not null && SHA256.HashData(Encoding.UTF8.GetBytes(json)).AsSpan().SequenceEqual(hash))
                db.EvaluationInputs.Add(new EvaluationInputEntry { Hash = hash, Json = json, LastUsed = now });
        }
    }

    // A gap inside a batch is as much a gap as one between two.
    private static IEnumerable<List<Record>> Runs(List<Record> records)
    {
        var run = new List<Record>();
        foreach (var record in records)
        {
            if (run.Count > 0 && record.Number != run[^1].Number + 1)
            {
                yield return run;
                run = [];
            }

            run.Add(record);
        }

        yield return run;
    }
}
