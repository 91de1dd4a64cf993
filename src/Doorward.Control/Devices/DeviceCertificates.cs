using System.Security.Cryptography.X509Certificates;
using Doorward.Control.Certificates;
using Doorward.Core.Devices.Enrolment;

namespace Doorward.Control.Devices;

/// <summary>Certifies devices' keys: their own at enrolment, and those that they hold in memory at the word of their own.</summary>
internal sealed class DeviceCertificates(ComponentCa ca)
{
    public DeviceCertificate Issue(string id, PublicKey key)
    {
        using var certificate = ca.IssueDevice(id, key);
        return new DeviceCertificate
        {
            Certificate = certificate.RawData,
            Authority = ca.Certificate.RawData,
            Expires = new DateTimeOffset(certificate.NotAfter.ToUniversalTime()),
        };
    }
}
