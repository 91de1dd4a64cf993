namespace Doorward.Control.Storage;

/// <summary>
/// A credential for scripts, kept as its hash. It has a session of kind <c>token</c> of its own, which carries subject,
/// assurance and lifetime to the gateways; ending either ends both for every use.
/// </summary>
public sealed class Token
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required byte[] Hash { get; init; }
    public required string UserId { get; init; }
    public required string SessionId { get; init; }
    public Session? Session { get; init; }

    /// <summary>Names of the applications it opens; <c>console</c> for the admin API.</summary>
    public required string[] Applications { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required DateTimeOffset Expires { get; init; }
    public DateTimeOffset? Ended { get; set; }
    public string? EndReason { get; set; }
}
