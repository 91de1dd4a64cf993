namespace Doorward.Console.Sessions;

/// <summary>Addresses of sessions and of what they have open.</summary>
internal static class SessionLinks
{
    internal static string Session(string id) => $"/sessions/{Uri.EscapeDataString(id)}";

    internal static string GrantsOf(string session) => $"/grants?session={Uri.EscapeDataString(session)}";
}
