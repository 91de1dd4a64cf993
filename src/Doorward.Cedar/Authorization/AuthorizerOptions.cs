namespace Doorward.Cedar;

/// <summary>How decisions are made.</summary>
public sealed record AuthorizerOptions
{
    /// <summary>Cedar's own semantics: a policy that errors is skipped.</summary>
    public static AuthorizerOptions Default { get; } = new();

    /// <summary>
    /// Whether a forbid that matches the request by its scope and then errors denies. Cedar skips it; where a forbid is a lock that
    /// must hold, not knowing is no reason to open.
    /// </summary>
    public bool DenyOnError { get; init; }
}
