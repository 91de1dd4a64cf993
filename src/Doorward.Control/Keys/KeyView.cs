namespace Doorward.Control.Keys;

/// <summary>One key of the installation, never its secret half.</summary>
/// <param name="Kind">seal, audit, component-ca, web-ca, cookie, oidc, data-protection or assertion.</param>
/// <param name="Id">How it is told from others: the name it has in key sets, or a fingerprint.</param>
/// <param name="State">current; next, when it is known already and not used yet; old, when it only opens or verifies what was made with it.</param>
/// <param name="Expires">When nothing made with it is good any more.</param>
/// <param name="Rotates">When the next takes its place by itself; null when none does.</param>
/// <param name="Gateway">The one that holds it; null for those of the control plane.</param>
/// <param name="Rotatable">Since when, or from when on, the next may be asked for by <c>keys/rotate</c>; null when it may not.</param>
public sealed record KeyView(string Kind, string Id, string State, DateTimeOffset? Created, DateTimeOffset? Expires, DateTimeOffset? Rotates, string? Gateway = null, DateTimeOffset? Rotatable = null);

/// <summary>The kinds of key by name, and which of them are rotated at somebody's word.</summary>
public static class KeyKinds
{
    public const string Seal = "seal";
    public const string Audit = "audit";
    public const string ComponentCa = "component-ca";
    public const string WebCa = "web-ca";
    public const string Cookie = "cookie";
    public const string Oidc = "oidc";
    public const string DataProtection = "data-protection";
    public const string Assertion = "assertion";

    /// <summary>Those whose successor is known to whom it concerns before, or as soon as, it is used; what the others made would be worthless at once.</summary>
    public static readonly IReadOnlyList<string> Rotated = [Assertion, Cookie, DataProtection, Oidc];
}
