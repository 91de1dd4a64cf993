using System.Collections.Concurrent;
using Doorward.Core.Protocol;

namespace Doorward.Control.Feeds;

/// <summary>Last uses that gateways reported and that are not in the database yet.</summary>
internal sealed class LastUses(TimeProvider time)
{
    private ConcurrentDictionary<string, ReportedUse> _uses = new(StringComparer.Ordinal);

    public void Report(LastUse report)
    {
        var now = time.GetUtcNow();
        foreach (var use in report.Uses)
        {
            // A gateway's clock may be ahead; nobody was here later than now.
            var at = use.At?.ToDateTimeOffset() is { } said && said < now ? said : now;
            _uses.AddOrUpdate(use.SessionId, new ReportedUse(at, use.Address), (_, known) => known.At >= at ? known : new ReportedUse(at, use.Address));
        }
    }

    /// <summary>Takes what was reported since the last time.</summary>
    public IReadOnlyDictionary<string, ReportedUse> Take() =>
        Interlocked.Exchange(ref _uses, new ConcurrentDictionary<string, ReportedUse>(StringComparer.Ordinal));
}

/// <summary>When and from where a session was last used.</summary>
internal sealed record ReportedUse(DateTimeOffset At, string Address);
