using Doorward.Core.Applications;

namespace Doorward.Cli.Documents;

/// <summary>The kinds of resources, as people type them and as the API's addresses spell them.</summary>
internal static class Kinds
{
    private static readonly Dictionary<string, string> Plurals = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Application"] = "applications",
        ["Connector"] = "connectors",
        ["Group"] = "groups",
        ["IdentityProvider"] = "identityproviders",
        ["PostureProvider"] = "postureproviders",
        ["PostureRule"] = "posturerules",
        ["Network"] = "networks",
        ["OidcClient"] = "oidcclients",
        ["Policy"] = "policies",
        ["User"] = "users",
    };

    /// <summary>As documents write them.</summary>
    public static IEnumerable<string> Names => Plurals.Keys.Order(StringComparer.Ordinal);

    /// <summary>As addresses write them.</summary>
    public static IEnumerable<string> PluralNames => Plurals.Values.Order(StringComparer.Ordinal);

    /// <summary>`Application`, `application`, `applications`: all are the same address.</summary>
    public static string PluralOf(string kind)
    {
        if (Plurals.TryGetValue(kind, out var plural))
        {
            return plural;
        }

        return Plurals.Values.FirstOrDefault(known => known.Equals(kind, StringComparison.OrdinalIgnoreCase))
            ?? throw new CommandFailure($"there is no kind '{Shown.Text(kind)}'", Fix(kind)) { ExitCode = CommandLine.WrongUsage };
    }

    /// <summary>`groups`: group. What a sentence calls one of them.</summary>
    public static string WordOf(string plural) => Plurals.First(kind => kind.Value == plural).Key.ToLowerInvariant();

    private static string Fix(string kind) => Spelling.Nearest(kind, Names.Concat(PluralNames)) is { } near
        ? $"did you mean {near}?"
        : $"use one of {string.Join(", ", Names)}";
}
