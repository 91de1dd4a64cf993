using System.Threading.Channels;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;
using Microsoft.Extensions.Logging;

namespace Doorward.Gateway.Spool;

/// <summary>
/// The numbered records that the control plane has not acknowledged yet, on disk. Writers wait for the disk together
/// (group commit); a full or failing disk refuses, and who is refused denies.
/// </summary>
internal sealed partial class RecordSpool : IAsyncDisposable
{
    private const int CommitLimit = 1024;
    private readonly string _directory;
    private readonly long _limit;
    private readonly long _segmentSize;
    private readonly ILogger<RecordSpool> _logger;
    private readonly Channel<Pending> _pending = Channel.CreateBounded<Pending>(new BoundedChannelOptions(64 * 1024) { SingleReader = true });
    private readonly Lock _gate = new();
    private readonly List<SpoolSegment> _segments;
    private readonly Task _writing;
    private readonly FileStream _held;
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _acknowledged;
    private bool _failing;

    public RecordSpool(string directory, long limit, ILogger<RecordSpool> logger)
    {
        _directory = directory;
        _limit = limit;
        _segmentSize = Math.Min(4 * 1024 * 1024, limit / 4);
        _logger = logger;
        Directory.CreateDirectory(directory);
        _held = Hold(Path.Combine(directory, "lock"));
        Id = LoadOrMakeId(Path.Combine(directory, "spool.id"));
        _segments = SpoolSegment.Recover(directory);
        if (_segments.Count == 0)
            _segments.Add(SpoolSegment.Create(directory, 1));
        _acknowledged = _segments[0].First - 1;
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Names this row of numbers; a spool that was lost begins another.</summary>
    public string Id { get; }

    public long FirstUnacknowledged
    {
        get
        {
            lock (_gate)
                return _acknowledged + 1;
        }
    }

    /// <summary>Makes a record durable under the next number. False when it could not be.</summary>
    public Task<bool> AppendAsync(Record record)
    {
        var pending = new Pending(record);
        return _pending.Writer.TryWrite(pending) ? pending.Done.Task : Task.FromResult(false);
    }

    /// <summary>Records from a number on, up to about so many bytes; empty when there is none yet.</summary>
    public List<Record> Read(ref SpoolPosition position, int bytes)
    {
        lock (_gate)
        {
            var at = position;
            if (_segments.Find(segment => segment.First <= at.Number && at.Number < segment.Next) is not { } segment)
                return [];
            var offset = at.Segment == segment.First ? at.Offset : 0;
            var records = segment.Read(ref offset, bytes);
            records.RemoveAll(record => record.Number < at.Number);
            position = new SpoolPosition(records.Count == 0 ? at.Number : records[^1].Number + 1, segment.First, offset);
            return records;
        }
    }

    /// <summary>Completes when something was appended after the call.</summary>
    public Task GrownAsync()
    {
        lock (_gate)
            return _grown.Task;
    }

    public void Acknowledge(long through)
    {
        lock (_gate)
        {
            _acknowledged = Math.Max(_acknowledged, Math.Min(through, _segments[^1].Next - 1));

            // The last segment stays whatever was acknowledged: its name carries the next number through a restart.
            while (_segments.Count > 1 && _segments[0].Next - 1 <= _acknowledged)
            {
                _segments[0].Delete();
                _segments.RemoveAt(0);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _pending.Writer.TryComplete();
        await _writing;
        _segments.ForEach(segment => segment.Dispose());
        await _held.DisposeAsync();
    }

    // Two processes on one spool would give the same numbers twice. The kernel lets go of it however the process ends.
    private static FileStream Hold(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new IOException($"{Path.GetDirectoryName(path)} is in use by another gateway: give each its own data directory", exception);
        }
    }

    private async Task WriteAsync()
    {
        var batch = new List<Pending>();
        while (await _pending.Reader.WaitToReadAsync())
        {
            while (batch.Count < CommitLimit && _pending.Reader.TryRead(out var pending))
            {
                if (SpoolFrame.Fits(pending.Record))
                    batch.Add(pending);
                else
                    Refuse(pending);
            }

            if (batch.Count == 0)
                continue;
            var done = TryCommit(batch);
            foreach (var pending in batch)
                pending.Done.TrySetResult(done);
            batch.Clear();
        }
    }

    private void Refuse(Pending pending)
    {
        LogTooLarge(pending.Record.Decision?.Application ?? "", SpoolFrame.PayloadLimit);
        pending.Done.TrySetResult(false);
    }

    private bool TryCommit(List<Pending> batch)
    {
        lock (_gate)
        {
            try
            {
                Commit(batch);
                _failing = false;
                return true;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                if (!_failing)
                    LogFailed(exception.Message);
                _failing = true;
                return false;
            }
        }
    }

    private void Commit(List<Pending> batch)
    {
        var number = _segments[^1].Next;
        foreach (var pending in batch)
            pending.Record.Number = number++;
        var frames = new byte[batch.Sum(pending => SpoolFrame.SizeOf(pending.Record))];
        if (_segments.Sum(segment => segment.Length) + frames.Length > _limit)
            Shed(frames.Length);
        var rest = frames.AsSpan();
        foreach (var pending in batch)
        {
            var size = SpoolFrame.SizeOf(pending.Record);
            SpoolFrame.Write(pending.Record, rest[..size]);
            rest = rest[size..];
        }

        if (_segments[^1].Length > 0 && _segments[^1].Length + frames.Length > _segmentSize)
            _segments.Add(SpoolSegment.Create(_directory, _segments[^1].Next));
        _segments[^1].Append(frames, batch.Count);
        var grown = _grown;
        _grown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        grown.TrySetResult();
    }

    /// <summary>Makes room by leaving a last segment that is acknowledged whole; anything else is a full spool.</summary>
    private void Shed(long needed)
    {
        if (_segments[^1].Length > 0 && _acknowledged == _segments[^1].Next - 1)
        {
            _segments.Add(SpoolSegment.Create(_directory, _segments[^1].Next));
            Acknowledge(_acknowledged);
        }

        if (_segments.Sum(segment => segment.Length) + needed > _limit)
            throw new IOException("the spool is full: the control plane has not acknowledged records for too long");
    }

    private static string LoadOrMakeId(string path)
    {
        if (File.Exists(path) && File.ReadAllText(path) is { Length: > 4 } id)
            return id;
        var made = Identifier.New("spl");
        File.WriteAllText(path + ".new", made);
        File.Move(path + ".new", path, overwrite: true);
        return made;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Decisions cannot be recorded, so access is denied: {Reason}")]
    private partial void LogFailed(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A decision about {Application} is larger than the {Limit} bytes that a record may have, so access is denied")]
    private partial void LogTooLarge(string application, int limit);

    private sealed record Pending(Record Record)
    {
        public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>How far a reader has come: the next number, and where in which segment it stands.</summary>
internal readonly record struct SpoolPosition(long Number, long Segment = 0, long Offset = 0);
