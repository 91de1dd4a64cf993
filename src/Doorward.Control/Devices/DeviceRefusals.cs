using System.Collections.Concurrent;
using Doorward.Control.Audit;

namespace Doorward.Control.Devices;

/// <summary>
/// Puts what was refused of a device on record: the first of its cause, and then once an hour with how many there were. A device that is
/// refused for ever must not fill the log.
/// </summary>
internal sealed class DeviceRefusals(AuditLog audit, TimeProvider time)
{
    private const int Most = 20_000;
    private readonly ConcurrentDictionary<(string Device, string Cause), HourlyCount> _counts = new();

    public Task NoteAsync(string device, string cause, bool isOwnSignal = false) =>
        NoteAsync(device, cause, isOwnSignal ? cause : "device-refused", isOwnSignal ? "held" : "refused");

    /// <summary>What a provider of posture sent and was not taken, or that it could not be asked.</summary>
    public Task NoteOfProviderAsync(string provider, string cause) => NoteAsync($"PostureProvider/{provider}", cause, "posture-provider-refused", "refused");

    /// <summary>What a replica of a connector asked and was not given.</summary>
    public Task NoteOfReplicaAsync(string connector, string replica, string cause) => NoteAsync($"Connector/{connector}/{replica}", cause, "connector-refused", "refused");

    private async Task NoteAsync(string device, string cause, string action, string outcome)
    {
        if (_counts.Count >= Most) _counts.Clear();
        if (_counts.GetOrAdd((device, cause), static _ => new HourlyCount()).Add(time.GetUtcNow()) is not { } since) return;
        await audit.AppendOrOweAsync(new AuditRecord
        {
            Kind = AuditKind.Signal,
            Actor = device,
            Action = action,
            Target = device,
            Outcome = outcome,
            Details = new Dictionary<string, AuditValue> { ["cause"] = cause, ["before"] = since },
        });
    }
}
