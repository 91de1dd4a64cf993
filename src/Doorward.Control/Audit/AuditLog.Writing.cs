using Doorward.Control.Audit.Writing;

namespace Doorward.Control.Audit;

// The writer's thread: collects what has queued up while the disk was busy, and commits it as one batch.
public sealed partial class AuditLog
{
    private void Run()
    {
        try
        {
            // A thread of its own, so that waiting for the disk never holds a thread of the pool.
            while (WaitForWork())
            {
                CommitBatch();
            }
        }
        finally
        {
            _stopped.SetResult();
        }
    }

    private bool WaitForWork()
    {
        if (_held is not null || ((_notices.Count > 0 || !_owed.IsEmpty) && _state is AuditState.Available))
        {
            return true;
        }

        _ready ??= _queue.Reader.WaitToReadAsync().AsTask();
        if (_state is AuditState.Unavailable && Task.WaitAny(_ready, Task.Delay(RetryPause, _time)) == 1)
        {
            // Nobody asks while we are known to refuse, so the log itself sees whether the cause is gone.
            return true;
        }

        var more = _ready.GetAwaiter().GetResult();
        _ready = null;
        return more;
    }

    private void CommitBatch()
    {
        _batch.Clear();
        var count = 0;
        while ((_held ?? Next()) is { } append)
        {
            // What does not fit waits for the next batch, and stays first in line.
            _held = count + append.Records.Count > AuditWriter.MaxBatch ? append : null;
            if (_held is not null)
            {
                break;
            }

            _batch.Add(append);
            count += append.Records.Count;
        }

        if (_state is AuditState.Unavailable outage && _time.GetElapsedTime(_lastFailure) < RetryPause)
        {
            Refuse(new IOException(outage.Reason));
            return;
        }

        try
        {
            Commit();
        }
        catch (Exception e)
        {
            // Whatever it was: nobody was told that it is recorded, and the files are read afresh before the next attempt.
            Fail(e);
        }
    }

    private PendingAppend? Next() => _queue.Reader.TryRead(out var append) ? append : null;

    private void Commit()
    {
        _writer ??= OpenWriter();
        var own = OwnRecords();
        TimedRecord[] owed = [.. _owed];
        List<TimedRecord> records = [.. own.Select(r => new TimedRecord(r, _time.GetUtcNow())), .. owed];
        _batch.ForEach(append => append.AddTo(records));
        var next = _writer.Head.Content.Size + own.Count + owed.Length;
        var head = _writer.Commit(records);

        _head = head;
        _notices.Clear();
        for (var i = 0; i < owed.Length; i++)
        {
            _owed.TryDequeue(out _);
        }

        Spools.Note([.. records.Select(r => r.Record)]);
        if (_state is AuditState.Unavailable outage)
        {
            LogRecovered(outage.Refused);
        }

        _state = new AuditState.Available();
        foreach (var append in _batch)
        {
            append.Done(new AuditReceipt(next, next + append.Records.Count - 1, head.Content.Size));
            next += append.Records.Count;
        }

        Committed?.Invoke(head);
    }

    private List<AuditRecord> OwnRecords()
    {
        List<AuditRecord> own = [.. _notices];
        if (_state is AuditState.Unavailable outage)
        {
            own.Add(LogRecords.Recovered(outage));
        }

        if (Spools.SnapshotDue)
        {
            own.AddRange(Spools.Snapshot());
        }

        return own;
    }

    private void Fail(Exception reason)
    {
        _lastFailure = _time.GetTimestamp();
        _writer?.Dispose();
        _writer = null;
        if (_state is not AuditState.Unavailable)
        {
            LogUnavailable(reason);
            _state = new AuditState.Unavailable(_time.GetUtcNow(), reason.Message, 0);
        }

        Refuse(reason);
    }

    private void Refuse(Exception reason)
    {
        if (_state is AuditState.Unavailable outage)
        {
            _state = outage with { Reason = reason.Message, Refused = outage.Refused + _batch.Count };
        }

        foreach (var append in _batch)
        {
            append.Fail(new AuditUnavailableException($"not recorded, so not done: {reason.Message}", reason));
        }
    }
}
