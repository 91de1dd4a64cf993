namespace Doorward.Control.Audit.Writing;

/// <summary>An append on its way to the writer, and the answer that its caller waits for.</summary>
internal sealed class PendingAppend(IReadOnlyList<AuditRecord> records, DateTimeOffset now)
{
    private readonly TaskCompletionSource<AuditReceipt> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<AuditReceipt> Answer => _answer.Task;

    public IReadOnlyList<AuditRecord> Records => records;

    public void AddTo(List<TimedRecord> batch)
    {
        foreach (var record in records)
        {
            batch.Add(new TimedRecord(record, record.Time ?? now));
        }
    }

    public void Done(AuditReceipt receipt) => _answer.TrySetResult(receipt);

    public void Fail(AuditUnavailableException reason) => _answer.TrySetException(reason);
}
