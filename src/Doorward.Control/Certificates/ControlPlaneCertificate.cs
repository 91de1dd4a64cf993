using System.Net.Security;

namespace Doorward.Control.Certificates;

/// <summary>The certificate of the internal listener, made anew at half its life.</summary>
internal sealed class ControlPlaneCertificate(ComponentCa ca, TimeProvider time)
{
    private readonly Lock _renewing = new();
    private SslStreamCertificateContext? _current;

    public SslStreamCertificateContext Current()
    {
        lock (_renewing)
        {
            if (_current is null || time.GetUtcNow() + (ComponentCa.Lifetime / 2) > _current.TargetCertificate.NotAfter.ToUniversalTime())
            {
                // The old one is left to the collector: a handshake may be using it.
                _current = SslStreamCertificateContext.Create(ca.IssueControlPlane(), [ca.Certificate], offline: true);
            }

            return _current;
        }
    }
}
