using Doorward.Agent.Posture;

namespace Doorward.Agent;

/// <summary>The commands of <c>doorward-agent</c>. Exit codes: 0 done, 1 refused or failed, 2 wrong usage.</summary>
public static class AgentCommandLine
{
    private const string Usage = "usage: doorward-agent posture [--root DIR] [--system linux|windows|macos] [-o table|json]";

    public static int Run(string[] args, TextWriter output, TextWriter errors, TimeProvider time)
    {
        if (args is ["posture", .. var rest] && PostureCommand.Parse(rest) is { } command) return command.Run(output, errors, time);
        errors.WriteLine(Usage);
        return 2;
    }
}
