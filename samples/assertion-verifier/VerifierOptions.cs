using System.Net;

namespace AssertionVerifier;

/// <summary>What the verifier is told by its operator, and never by a token.</summary>
internal sealed record VerifierOptions
{
    /// <summary>The auth host, as it stands in `iss`: https://auth.example.com, with the port when it is not 443.</summary>
    public required Uri Issuer { get; init; }

    /// <summary>The name of this application in Doorward, as it stands in `aud`.</summary>
    public required string Audience { get; init; }

    /// <summary>The installation's ca.pem; null when the system's store vouches for the issuer.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>Where the issuer listens, when its name does not resolve here (`*.localhost`); null to resolve it.</summary>
    public IPEndPoint? Dial { get; init; }

    public Uri KeysAddress => new(Issuer, "/.well-known/doorward/jwks.json");

    /// <summary>Reads DOORWARD_ISSUER, DOORWARD_AUDIENCE, DOORWARD_CA and DOORWARD_DIAL. A wrong one stops the start.</summary>
    public static VerifierOptions FromEnvironment() => new()
    {
        Issuer = new Uri(Required("DOORWARD_ISSUER")),
        Audience = Required("DOORWARD_AUDIENCE"),
        AuthorityFile = Environment.GetEnvironmentVariable("DOORWARD_CA"),
        Dial = Environment.GetEnvironmentVariable("DOORWARD_DIAL") is { Length: > 0 } dial ? IPEndPoint.Parse(dial) : null,
    };

    private static string Required(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"Set {name}; README.md says to what.");
}
