using System.Data.Common;
using System.Threading.Channels;
using Doorward.Control.Api.Endpoints;
using Doorward.Control.Storage;
using Doorward.Core.Protocol;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Doorward.Control.Decisions;

/// <summary>
/// Keeps what gateways answered without a decision, so that its reference can be explained. Nothing waits for it: what does not fit
/// into the queue, or cannot be written, is lost, and stands in the gateway's log.
/// </summary>
internal sealed partial class RefusalBook(IDbContextFactory<DoorwardDb> databases, TimeProvider time, ILogger<RefusalBook> logger) : BackgroundService
{
    public const string Prefix = "ref_";
    public const int MostOfPeople = 50_000;
    public const int MostOfNobody = 20_000;
    public static readonly TimeSpan Age = TimeSpan.FromDays(7);
    private const int MostQueued = 5_000;
    private const int Batch = 500;
    private const int LongestText = 500;

    private readonly Channel<RefusalEntry> _queue = Channel.CreateBounded<RefusalEntry>(
        new BoundedChannelOptions(MostQueued) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Takes a gateway's report; never waits.</summary>
    public void Take(string gateway, Refused refused)
    {
        foreach (var request in refused.Requests)
        {
            if (request.Reference.StartsWith(Prefix, StringComparison.Ordinal)) _queue.Writer.TryWrite(ToEntry(gateway, request));
        }
    }

    /// <summary>Takes one of the control plane's own; never waits.</summary>
    public void Take(RefusalEntry refusal) => _queue.Writer.TryWrite(refusal);

    /// <summary>The refusal of a reference, or the newest; null when it is not kept.</summary>
    public async Task<ExplainedRefusal?> FindAsync(string reference, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var entry = reference == Explainer.Last
            ? await db.Refusals.AsNoTracking().OrderByDescending(static r => r.At).ThenByDescending(static r => r.Id).FirstOrDefaultAsync(ct)
            : await db.Refusals.AsNoTracking().SingleOrDefaultAsync(r => r.Id == reference, ct);
        if (entry is null) return null;
        var session = entry.SessionId is null ? null : await db.Sessions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == entry.SessionId, ct);
        var subject = entry.SubjectId ?? session?.UserId;
        var user = await db.Users.Where(u => u.Id == subject).Select(static u => u.UserName).SingleOrDefaultAsync(ct);
        return new ExplainedRefusal
        {
            Id = entry.Id,
            Time = entry.At,
            Cause = entry.Code,
            Status = entry.Status,
            Told = entry.Told,
            Detail = entry.Detail,
            User = user,
            Application = entry.Application,
            Request = entry.Method is null && entry.Path is null ? null : $"{entry.Method} {entry.Host}{entry.Path}".Trim(),
            Address = entry.Address,
            Session = entry.SessionId,
            SessionEnd = session is null ? null : SessionEndView.Of(session),
            Gateway = entry.Gateway,
        };
    }

    /// <summary>Forgets what is too old, and the oldest of what is too many: of nobody first of all, so that a flood pushes out itself.</summary>
    public static async Task SweepAsync(DoorwardDb db, DateTimeOffset now, int mostOfPeople, int mostOfNobody, CancellationToken ct)
    {
        var before = now - Age;
        await db.Refusals.Where(r => r.At < before).ExecuteDeleteAsync(ct);
        await ShortenAsync(db, db.Refusals.Where(static r => r.SubjectId == null), mostOfNobody, ct);
        await ShortenAsync(db, db.Refusals.Where(static r => r.SubjectId != null), mostOfPeople, ct);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (await _queue.Reader.WaitToReadAsync(stoppingToken))
        {
            var batch = new List<RefusalEntry>();
            while (batch.Count < Batch && _queue.Reader.TryRead(out var entry)) batch.Add(entry);
            try
            {
                await KeepAsync(batch, stoppingToken);
            }
            catch (Exception fault) when (fault is DbException or DbUpdateException)
            {
                LogLost(batch.Count, fault.Message);
            }
        }
    }

    private static async Task ShortenAsync(DoorwardDb db, IQueryable<RefusalEntry> some, int most, CancellationToken ct)
    {
        var excess = await some.CountAsync(ct) - most;
        if (excess <= 0) return;
        var oldest = some.OrderBy(static r => r.At).ThenBy(static r => r.Id).Take(excess).Select(static r => r.Id);
        await db.Refusals.Where(r => oldest.Contains(r.Id)).ExecuteDeleteAsync(ct);
    }

    private async Task KeepAsync(List<RefusalEntry> batch, CancellationToken ct)
    {
        var ids = batch.ConvertAll(static r => r.Id);
        await using var db = await databases.CreateDbContextAsync(ct);
        await db.WriteAsync(async token =>
        {
            var known = await db.Refusals.Where(r => ids.Contains(r.Id)).Select(static r => r.Id).ToHashSetAsync(token);
            db.Refusals.AddRange(batch.DistinctBy(static r => r.Id).Where(r => !known.Contains(r.Id)));
            await db.SaveChangesAsync(token);
        }, ct);
    }

    private RefusalEntry ToEntry(string gateway, RefusedRequest request) => new()
    {
        Id = Bounded(request.Reference)!,
        Gateway = gateway,
        At = request.At?.ToDateTimeOffset() ?? time.GetUtcNow(),
        Status = request.Status,
        Code = Bounded(request.Code) ?? "unknown",
        Told = Bounded(request.Told) ?? "",
        Detail = Bounded(request.Detail),
        Application = Bounded(request.Application),
        Host = Bounded(request.Host),
        Method = Bounded(request.Method),
        Path = Bounded(request.Path),
        Address = Bounded(request.Address),
        SessionId = Bounded(request.SessionId),
        SubjectId = Bounded(request.SubjectId),
    };

    private static string? Bounded(string text) => text.Length == 0 ? null : text.Length <= LongestText ? text : text[..LongestText];

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} references of refused requests could not be kept; the gateways' logs have them: {Fault}")]
    private partial void LogLost(int count, string fault);
}
