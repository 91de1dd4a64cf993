using Doorward.Control.Storage;
using Doorward.Core.Protocol;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Doorward.Control.Changes;

/// <summary>
/// Writes the change log: what a save changes in watched entities becomes change rows in the same transaction.
/// Features cannot forget it, because they never do it.
/// </summary>
internal sealed class ChangeRecorder
{
    private readonly HashSet<object> _attached = new(ReferenceEqualityComparer.Instance);
    private long? _lastInTransaction;

    public ChangeRecorder(ChangeTracker tracker) => tracker.Tracked += OnTracked;

    /// <summary>What the pending save would tell gateways, without numbers.</summary>
    public List<PendingChange> Find(ChangeTracker tracker)
    {
        var found = new List<PendingChange>();
        foreach (var entry in tracker.Entries())
        {
            if (Watches.Watched.TryGetValue(entry.Metadata.ClrType, out var watch) && Find(entry, watch) is { } pending)
            {
                found.Add(pending);
            }
        }

        return found;
    }

    /// <summary>Numbers the changes and adds their rows. Must run inside the transaction of the save, under the write lock.</summary>
    public async Task<IReadOnlyList<ChangeRow>> WriteAsync(DoorwardDb db, List<PendingChange> pending, DateTimeOffset now, CancellationToken ct)
    {
        var last = await db.TakeRevisionsAsync(pending.Count, ct);
        if (_lastInTransaction is { } previous)
        {
            // An earlier save of this transaction ended its run of changes; the run now goes on to here.
            await db.Database.ExecuteSqlAsync($"""UPDATE "Changes" SET "Last" = {false} WHERE "Revision" = {previous}""", ct);
        }

        var revision = last - pending.Count;
        var rows = pending.ConvertAll(change => Row(change, ++revision, revision == last, now));
        db.Changes.AddRange(rows);
        _lastInTransaction = last;
        return rows;
    }

    public void TransactionEnded() => _lastInTransaction = null;

    private static ChangeRow Row(PendingChange pending, long revision, bool last, DateTimeOffset now)
    {
        if (pending.Entity is IRevised revised)
        {
            revised.Revision = revision;
        }

        var change = pending.Describe();
        change.Revision = revision;
        change.At = now.ToTimestamp();
        return new ChangeRow { Revision = revision, At = now, Last = last, Payload = change.ToByteArray() };
    }

    private PendingChange? Find(EntityEntry entry, Watch watch)
    {
        var entity = entry.Entity;
        switch (entry.State)
        {
            case EntityState.Added:
                return watch.Face(entity) is null ? null : new PendingChange(entity, () => watch.Face(entity)!);
            case EntityState.Deleted:
                return watch.Gone(entity) is null ? null : new PendingChange(entity, () => watch.Gone(entity)!);
            case EntityState.Modified:
                var face = watch.Face(entity);
                // The originals of an entity that came from elsewhere are not what is stored: tell it whether or not it differs.
                var told = !_attached.Contains(entity) && Equals(face, watch.Face(entry.OriginalValues.ToObject()));
                return face is null || told ? null : new PendingChange(entity, () => watch.Face(entity)!);
            default:
                return null;
        }
    }

    private void OnTracked(object? sender, EntityTrackedEventArgs e)
    {
        if (!e.FromQuery && e.Entry.State != EntityState.Added)
        {
            _attached.Add(e.Entry.Entity);
        }
    }
}

/// <summary>A change that has no number yet; described once it has, because some entities carry their revision.</summary>
internal sealed record PendingChange(object Entity, Func<Change> Describe);
