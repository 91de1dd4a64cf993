using Doorward.Core.Protocol;
using Doorward.Gateway.Feed;

namespace Doorward.Gateway.Grants;

/// <summary>Cuts what an administrator names, and tells at once what was cut.</summary>
internal sealed class GrantCutter(GrantTable grants, Reevaluation reevaluation, CutLog log) : IReporter
{
    public Task ReportAsync(Uplink uplink, CancellationToken stream) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stream);

    public bool Take(ControlMessage message)
    {
        if (message.KindCase != ControlMessage.KindOneofCase.GrantCut)
            return false;
        var cut = message.GrantCut;
        foreach (var grant in grants.All.Where(grant => Names(cut, grant)))
            reevaluation.Cut(grant, cut);
        log.Done(cut.RequestId);
        return true;
    }

    // A connection may be named without its grant.
    private static bool Names(GrantCut cut, Grant grant) => cut.GrantId.Length == 0 ? cut.ConnectionId.Length > 0 : grant.Id.Value == cut.GrantId;
}
