namespace Doorward.Control.Identity.SignIns;

/// <summary>What came of one factor that a person presented.</summary>
public abstract record FactorResult
{
    private FactorResult()
    {
    }

    /// <summary>It was right; <see cref="Progress"/> holds what is proved so far.</summary>
    public sealed record Proved(SignInProgress Progress) : FactorResult;

    /// <summary>It was wrong, or the person unknown, disabled or without such a factor: never said which.</summary>
    public sealed record Refused : FactorResult;

    /// <summary>Too many failures: nothing was checked. Says the same for people who do not exist.</summary>
    public sealed record TooMany(TimeSpan Wait) : FactorResult;

    /// <summary>Too many checks are waiting for a processor.</summary>
    public sealed record Busy : FactorResult;
}

/// <summary>
/// What a person has proved in a sign-in that is not complete. It lives in an encrypted cookie, not in memory
/// (security.md, limits under attack), and is void once the factors change.
/// </summary>
public sealed record SignInProgress
{
    public required string UserId { get; init; }

    /// <summary>RFC 8176 names.</summary>
    public required string[] Methods { get; init; }
    public required int Assurance { get; init; }
    public required DateTimeOffset At { get; init; }
    public required long SecurityEpoch { get; init; }

    /// <summary>Name of the IdentityProvider resource, when that is who proved it.</summary>
    public string? IdentityProvider { get; init; }

    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);
}
