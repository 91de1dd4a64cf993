namespace Doorward.Cli.Documents;

/// <summary>The kinds of resources, as people type them and as the API's addresses spell them.</summary>
internal static class Kinds
{
    private static readonly Dictionary<string, string> Plurals = new(StringComparer.OrdinalIgnoreCase)
    {
        ["application"] = "applications",
        ["group"] = "groups",
        ["user"] = "users",
        ["policy"] = "policies",
        ["network"] = "networks",
        ["identityprovider"] = "identityproviders",
    };

    public static IEnumerable<string> Names => Plurals.Values.Order(StringComparer.Ordinal);

    /// <summary>`Application`, `application`, `applications`: all are the same address.</summary>
    public static string PluralOf(string kind)
    {
        if (Plurals.TryGetValue(kind, out var plural))
        {
            return plural;
        }

        return Plurals.Values.FirstOrDefault(known => known.Equals(kind, StringComparison.OrdinalIgnoreCase))
            ?? throw new CommandFailure($"there is no kind '{kind}'", $"use one of {string.Join(", ", Names)}") { ExitCode = CommandLine.WrongUsage };
    }
}
