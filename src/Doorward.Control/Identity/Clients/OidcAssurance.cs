using System.Collections.Immutable;

namespace Doorward.Control.Identity.Clients;

/// <summary>Assurance as OpenID Connect speaks of it: <c>acr</c>.</summary>
public static class OidcAssurance
{
    private const string Prefix = "urn:doorward:assurance:";

    internal static readonly ImmutableArray<string?> Supported = [$"{Prefix}1", $"{Prefix}2", $"{Prefix}3", "phr", "phrh"];

    public static string Acr(int assurance) => $"{Prefix}{assurance}";

    /// <summary>The first of what a client named that we know, in its order of preference; 1 when it named nothing we know.</summary>
    public static int Wanted(string? acrValues)
    {
        foreach (var acr in (acrValues ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            // phr and phrh: OpenID Connect Extended Authentication Profile ACR values.
            if (acr is "phr" or "phrh")
                return 3;
            if (acr.Length == Prefix.Length + 1 && acr.StartsWith(Prefix, StringComparison.Ordinal) && acr[^1] is >= '1' and <= '3')
                return acr[^1] - '0';
        }
        return 1;
    }
}
