using Doorward.Agent.Connector;
using Doorward.Agent.Enrollment;
using Doorward.Agent.Posture;
using Doorward.Agent.Running;

namespace Doorward.Agent;

/// <summary>The commands of <c>doorward-agent</c>. Exit codes: 0 done, 1 refused or failed, 2 wrong usage; those of <c>status</c> are its own.</summary>
public static class AgentCommandLine
{
    private const string Usage = """
        usage: doorward-agent enroll [LINK|-] [--state DIR] [--key tpm|file] [--tpm ADDRESS] [--connect HOST:PORT]
                              [--module FILE --token NAME --pin-file FILE]
               doorward-agent run [--state DIR] [--root DIR] [--pages on|off]
               doorward-agent status [--state DIR] [-o table|json]
               doorward-agent connector join [LINK|-] [--state DIR] [--connect HOST:PORT]...
               doorward-agent connector run [--state DIR] [--drain SECONDS]
               doorward-agent connector status [--state DIR] [-o table|json]
               doorward-agent posture [--root DIR] [--system linux|windows|macos] [-o table|json]
        """;

    public static int Run(string[] args, TextReader input, TextWriter output, TextWriter errors, TimeProvider time)
    {
        switch (args)
        {
            case ["enroll", .. var rest] when EnrollOptions.Parse(rest) is { } options:
                return EnrollCommand.Run(options, input, output, errors);
            case ["run", .. var rest] when RunCommand.Parse(rest) is { } run:
                return run.Run(output, errors, time);
            case ["status", .. var rest] when StatusCommand.Parse(rest) is { } status:
                return status.Run(output, errors, time);
            case ["connector", "join", .. var rest] when JoinOptions.Parse(rest) is { } join:
                return JoinCommand.Run(join, input, output, errors);
            case ["connector", "run", .. var rest] when ConnectorRunCommand.Parse(rest) is { } connector:
                return connector.Run(output, errors, time);
            case ["connector", "status", .. var rest] when ConnectorStatusCommand.Parse(rest) is { } connectorStatus:
                return connectorStatus.Run(output, errors, time);
            case ["posture", .. var rest] when PostureCommand.Parse(rest) is { } posture:
                return posture.Run(output, errors, time);
            default:
                errors.WriteLine(Usage);
                return 2;
        }
    }
}
