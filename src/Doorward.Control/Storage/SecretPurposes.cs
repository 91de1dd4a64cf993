namespace Doorward.Control.Storage;

/// <summary>What a sealed value is for; part of the seal, so that one cannot be passed off as another.</summary>
public static class SecretPurposes
{
    public const string Check = "check";
    public const string CookieKey = "cookie-key";
    public const string DataProtection = "data-protection";
    public const string Totp = "totp";
    public const string ApplicationClientKey = "application-client-key";
    public const string IdentityProviderSecret = "identity-provider-secret";
    public const string DeviceEnrolment = "device-enrolment";
    public const string DeviceProof = "device-proof";
    public const string DeviceNonce = "device-nonce";
    public const string PostureProviderBearer = "posture-provider-bearer";
    public const string PostureProviderWebhook = "posture-provider-webhook";
    public const string SshAuthority = "ssh-authority";
    public const string OidcSigningKey = "oidc-signing-key";
}
