using Doorward.Core.Protocol;
using Doorward.Gateway.Assertions;
using Doorward.Gateway.Forwarding;
using Doorward.Gateway.Grants;
using Doorward.Gateway.Pages;
using Doorward.Gateway.Spool;
using Doorward.Gateway.Tunnels;

namespace Doorward.Gateway.Feed;

/// <summary>Everything that reports on the stream, in one list.</summary>
internal sealed class FeedReporters(
    RecordSpool spool, Pinger pinger, RecordSender records, AssertionKeys keys, GrantReporter grants, GrantCutter cutter, RefusalNotes refusals,
    HealthReporter health, CertificateReporter certificates, DeviceContacts contacts, Strays strays, KeylessReporter keyless,
    ConnectorReporter connectors)
{
    public RecordSpool Spool => spool;

    public IReadOnlyList<IReporter> All { get; } = [pinger, records, keys, grants, cutter, refusals, health, certificates, contacts, strays, keyless, connectors];

    /// <summary>Hands an answer to whom it is for. A message for nobody is one that this version does not know.</summary>
    public void Take(ControlMessage message)
    {
        foreach (var reporter in All)
        {
            if (reporter.Take(message))
                return;
        }

        throw new FeedBrokenException("the control plane sent a message of an unknown kind: update the gateway");
    }
}
