using System.Security.Cryptography.X509Certificates;

namespace Doorward.Control.Certificates;

/// <summary>The certificate of the internal listener, made anew at half its life.</summary>
internal sealed class ControlPlaneCertificate(ComponentCa ca, TimeProvider time)
{
    private readonly Lock _renewing = new();
    private X509Certificate2? _current;

    public X509Certificate2 Current()
    {
        lock (_renewing)
        {
            if (_current is null || time.GetUtcNow() + (ComponentCa.Lifetime / 2) > _current.NotAfter.ToUniversalTime())
            {
                // The old one is left to the collector: a handshake may be using it.
                _current = ca.IssueControlPlane();
            }

            return _current;
        }
    }
}
