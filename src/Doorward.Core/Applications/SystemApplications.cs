namespace Doorward.Core.Applications;

/// <summary>The product's own hosts below the domain. Only the console is judged by policy: the system's own.</summary>
public static class SystemApplications
{
    public const string Console = "console";
    public const string AuthLabel = "auth";
    public const string ConsoleLabel = "console";
    public const string AgentLabel = "agent";
}
