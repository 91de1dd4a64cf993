using Doorward.Core.Protocol;

namespace Doorward.Gateway.Feed;

/// <summary>Tells the control plane which web certificates are served here: all of them, at the beginning of a stream and after they changed.</summary>
internal sealed class CertificateReporter(IssuedCertificates issued, TimeProvider clock) : IReporter
{
    // What administrators look at; below a wildcard there may be more.
    private const int Most = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    public async Task ReportAsync(Uplink uplink, CancellationToken stream)
    {
        long told = -1;
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            // Read before the list: a certificate that comes between is told of twice, not never.
            var now = issued.Puts;
            if (now != told)
                await uplink.SendAsync(new GatewayMessage { Certificates = new HostCertificatesHeld { Certificates = { issued.List(Most).Select(Describe) } } }, stream);
            told = now;
        }
        while (await timer.WaitForNextTickAsync(stream));
    }

    public bool Take(ControlMessage message) => false;

    private static HostCertificateHeld Describe(KeyValuePair<string, IssuedCertificate> held) => held.Value.ToHeld(held.Key);
}
