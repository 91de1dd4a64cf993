using System.Collections.Concurrent;
using Doorward.Core.Protocol;
using Doorward.Gateway.Spool;

namespace Doorward.Gateway.Grants;

/// <summary>Writes cuts down after they happened: durable records, and at once a word to the control plane.</summary>
internal sealed class CutLog(Recorder recorder)
{
    // The control plane has the durable records as well; these only make the console quick.
    private const int Limit = 20_000;
    private readonly ConcurrentQueue<CutRecord> _fresh = new();

    public void Add(IReadOnlyList<Cut> cuts)
    {
        foreach (var cut in cuts)
        {
            recorder.RecordDecision(Describe(cut));
            var record = new CutRecord
            {
                GrantId = cut.Grant.Id.Value,
                ConnectionId = cut.Connection.Live.Id.Value,
                SessionId = cut.Grant.Session?.Id ?? "",
                Application = cut.Grant.Application,
                Cause = cut.Judgement.Decision.Cause.ToString(),
                Revision = cut.Judgement.State.Revision,
                Microseconds = (long)cut.Took.TotalMicroseconds,
                DecisionId = cut.Decision.Value,
                RequestId = cut.Asked?.RequestId ?? "",
            };
            recorder.Append(new Record { Cut = record });
            if (_fresh.Count < Limit)
                _fresh.Enqueue(record);
        }
    }

    /// <summary>Tells who asked for a cut that it is done, also when nothing was open any more.</summary>
    public void Done(string requestId)
    {
        if (requestId.Length > 0)
            _fresh.Enqueue(new CutRecord { RequestId = requestId });
    }

    public Cuts? Drain()
    {
        if (_fresh.IsEmpty)
            return null;
        var cuts = new Cuts();
        while (cuts.Cuts_.Count < 500 && _fresh.TryDequeue(out var record))
            cuts.Cuts_.Add(record);
        return cuts;
    }

    private static DecisionFacts Describe(Cut cut) => new()
    {
        Id = cut.Decision,
        Judgement = cut.Judgement,
        Credential = cut.Grant.Credential,
        Application = cut.Grant.Application,
        Facts = cut.Connection.Facts,
        Grant = cut.Grant.Id.Value,
        Told = cut.Told,
        By = cut.Asked?.By ?? "",
    };
}
