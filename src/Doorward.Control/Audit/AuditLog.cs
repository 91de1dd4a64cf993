using System.Collections.Concurrent;
using System.Threading.Channels;
using Doorward.Control.Audit.Notes;
using Doorward.Control.Audit.Tiles;
using Doorward.Control.Audit.Writing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Doorward.Control.Audit;

/// <summary>
/// The audit log of an installation: a signed transparency log in files below <c>DIR/audit</c>. What must be recorded is appended
/// and awaited before it takes effect; when the append throws, it must not take effect.
/// </summary>
public sealed partial class AuditLog : IAsyncDisposable
{
    private const int MostOwed = 1_000;
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(250);
    private readonly AuditOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<AuditLog> _logger;
    private readonly AuditKeyFile _key;
    private readonly Channel<PendingAppend> _queue;
    private readonly List<PendingAppend> _batch = [];
    private readonly Queue<AuditRecord> _notices = [];
    private readonly ConcurrentQueue<TimedRecord> _owed = [];
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LogLock? _lock;
    private NoteSigner? _signer;
    private AuditWriter? _writer;
    private PendingAppend? _held;
    private Task<bool>? _ready;
    private long _lastFailure;
    private volatile AuditState _state = new AuditState.Closed();
    private volatile SignedCheckpoint? _head;

    public AuditLog(string dataDirectory, IOptions<AuditOptions> options, TimeProvider time, ILogger<AuditLog> logger)
    {
        var data = Path.GetFullPath(dataDirectory);
        Folder = new LogFolder(Path.Combine(data, "audit"));
        _key = new AuditKeyFile(Path.Combine(data, "keys", "audit.key"), Folder);
        (_options, _time, _logger) = (options.Value, time, logger);
        _queue = Channel.CreateBounded<PendingAppend>(new BoundedChannelOptions(_options.QueueCapacity) { SingleReader = true });
    }

    /// <summary>Whether records are taken, and if not, why and since when.</summary>
    public AuditState State => _state;

    /// <summary>How many records are under the newest checkpoint.</summary>
    public long Size => _head?.Content.Size ?? 0;

    /// <summary>The last number of every gateway's spool.</summary>
    public SpoolLedger Spools { get; } = new();

    /// <summary>Which key signs the checkpoints; empty before the log is open.</summary>
    internal string KeyId => _signer is { } signer ? Convert.ToHexStringLower(signer.Verifier.KeyId) : "";

    internal LogFolder Folder { get; }

    /// <summary>The newest checkpoint; null before the log is open.</summary>
    internal SignedCheckpoint? Head => _head;

    /// <summary>Told every new checkpoint, on the writer's thread: must be quick and must not throw.</summary>
    internal event Action<SignedCheckpoint>? Committed;

    /// <summary>Opens the log, or begins a new one, and cuts an unacknowledged tail.</summary>
    /// <exception cref="AuditUnavailableException">The log or its key is damaged or in use: do not start.</exception>
    public void Open()
    {
        try
        {
            _lock = new LogLock(Folder);
            _signer = _key.Open(_options.Origin);
            _writer = OpenWriter();
        }
        catch (Exception e)
        {
            Close();
            throw e as AuditUnavailableException
                ?? new AuditUnavailableException($"{Folder.Root}: cannot open the audit log: {e.Message}", e);
        }

        _state = new AuditState.Available();
        new Thread(Run) { IsBackground = true, Name = "audit" }.Start();
    }

    /// <summary>Appends one record; returns when it is durable and under a signed checkpoint.</summary>
    /// <exception cref="AuditUnavailableException">It is not recorded: what needed the record must be denied.</exception>
    public ValueTask<AuditReceipt> AppendAsync(AuditRecord record, CancellationToken cancellationToken = default) =>
        AppendAsync([record], cancellationToken);

    /// <summary>
    /// Appends records one after the other, all or none. When the queue is full this waits for a place. Cancelling ends the waiting;
    /// records that are on their way by then may still be written.
    /// </summary>
    /// <exception cref="AuditUnavailableException">None is recorded: what needed them must be denied.</exception>
    public async ValueTask<AuditReceipt> AppendAsync(IReadOnlyList<AuditRecord> records, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(records.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(records.Count, AuditWriter.MaxBatch);
        if (records.Select(r => r.Problem()).FirstOrDefault(p => p is not null) is { } problem)
        {
            throw new ArgumentException($"not an audit record: {problem}", nameof(records));
        }

        var append = new PendingAppend(records, _time.GetUtcNow());
        if (_state is AuditState.Closed)
        {
            throw new AuditUnavailableException("the audit log is not open");
        }

        try
        {
            await _queue.Writer.WriteAsync(append, cancellationToken);
        }
        catch (ChannelClosedException e)
        {
            throw new AuditUnavailableException("the audit log is closed", e);
        }

        return await append.Answer.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Leaves a record of what is done already to be written with the next batch, after an append of it was refused. Not durable before;
    /// never a way round an append that comes first.
    /// </summary>
    public void Owe(AuditRecord record)
    {
        if (_owed.Count < MostOwed) _owed.Enqueue(new TimedRecord(record, _time.GetUtcNow()));
    }

    /// <summary>Puts on record what is done already: owed when it cannot be written now.</summary>
    public async Task AppendOrOweAsync(AuditRecord record)
    {
        try
        {
            await AppendAsync(record, CancellationToken.None);
        }
        catch (AuditUnavailableException)
        {
            Owe(record);
        }
    }

    /// <summary>
    /// Erases a personal value (a user name, an address) wherever the log refers to it; where it was the actor, also the other
    /// personal values of that record. The log still verifies. Returns how many values are gone.
    /// </summary>
    /// <exception cref="AuditUnavailableException">The erasure could not be recorded, so nothing was erased.</exception>
    public async Task<int> EraseAsync(string value, AuditValue actor, CancellationToken cancellationToken = default)
    {
        await AppendAsync(LogRecords.Erasure(actor, "begun", null), cancellationToken);
        var writer = _writer ?? throw new AuditUnavailableException("the audit log is recovering; try again");
        try
        {
            var erased = await Task.Run(() => writer.Erase(value), CancellationToken.None);
            await AppendAsync(LogRecords.Erasure(actor, "done", erased), CancellationToken.None);
            return erased;
        }
        catch (Exception e) when (e is SqliteException or InvalidOperationException)
        {
            throw new AuditUnavailableException("the personal values of the audit log cannot be written now; try again", e);
        }
    }

    /// <summary>Writes what is queued, then closes the files.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_queue.Writer.TryComplete() && _state is not AuditState.Closed)
        {
            await _stopped.Task;
        }

        Close();
    }

    private AuditWriter OpenWriter()
    {
        var writer = new LogOpener(Folder, _signer!).Open(out var cut);
        Spools.Reload(Folder, writer.Head.Content.Size);
        _head = writer.Head;
        if (cut.Files > 0)
        {
            _notices.Enqueue(LogRecords.TailCut(cut));
            LogTailCut(cut.Files, cut.Bytes);
        }

        return writer;
    }

    private void Close()
    {
        _state = new AuditState.Closed();
        _writer?.Dispose();
        _signer?.Dispose();
        _lock?.Dispose();
        (_writer, _signer, _lock) = (null, null, null);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cut {Files} files ({Bytes} bytes) of an unacknowledged batch behind the last audit checkpoint")]
    private partial void LogTailCut(int files, long bytes);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The audit log takes no records; everything that needs one is denied")]
    private partial void LogUnavailable(Exception reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The audit log takes records again; {Refused} appends were refused")]
    private partial void LogRecovered(long refused);
}
