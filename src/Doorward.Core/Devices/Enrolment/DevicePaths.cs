namespace Doorward.Core.Devices.Enrolment;

/// <summary>Where machines ask: without a certificate at <c>auth.</c>, with theirs at <c>agent.</c>.</summary>
public static class DevicePaths
{
    /// <summary>At <c>auth.</c>: the page that a link opens in a browser.</summary>
    public const string Enrolment = "/device/enroll";

    /// <summary>At <c>auth.</c>: both roots in PEM, believed for their fingerprints in the link.</summary>
    public const string Authorities = "/device/enroll/authorities.pem";
    public const string Start = "/device/enroll/start";
    public const string Finish = "/device/enroll/finish";

    /// <summary>At <c>auth.</c>, by the device's signature: certificates for keys that TLS can use.</summary>
    public const string Certificate = "/device/certificate";

    /// <summary>At <c>agent.</c>, by the device's certificate.</summary>
    public const string Report = "/v1/report";
    public const string Proof = "/v1/proof";
    public const string Status = "/v1/status";
}
