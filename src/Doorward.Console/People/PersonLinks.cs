namespace Doorward.Console.People;

/// <summary>Where people and groups are shown.</summary>
internal static class PersonLinks
{
    public static string Person(string name) => $"/people/{Uri.EscapeDataString(name)}";

    public static string Group(string name) => $"/groups/{Uri.EscapeDataString(name)}";
}
