using System.Reflection;
using Doorward.Agent.Connector;
using Doorward.Agent.Enrollment;
using Doorward.Agent.People;
using Doorward.Agent.Posture;
using Doorward.Agent.Running;
using Doorward.Agent.Ssh;
using Doorward.Agent.Tunnels;

namespace Doorward.Agent;

/// <summary>The commands of <c>doorward-agent</c>. Exit codes: 0 done, 1 refused or failed, 2 wrong usage; those of <c>status</c> are its own.</summary>
public static class AgentCommandLine
{
    internal const string Usage = """
        usage: doorward-agent enroll [LINK|-] [--state DIR] [--key tpm|file] [--tpm ADDRESS] [--connect HOST:PORT]
                              [--module FILE --token NAME --pin-file FILE]
               doorward-agent run [--state DIR] [--root DIR] [--pages on|off]
               doorward-agent status [--state DIR] [-o table|json]
               doorward-agent connector join [LINK|-] [--state DIR] [--connect HOST:PORT]...
               doorward-agent connector run [--state DIR] [--drain SECONDS]
               doorward-agent connector status [--state DIR] [-o table|json]
               doorward-agent posture [--root DIR] [--system linux|windows|macos] [-o table|json]
               doorward-agent login [--server https://auth.DOMAIN] [--ca FILE] [--connect HOST:PORT] [--device-code] [--fresh] [--assurance 1|2|3] [--keep keyring|file]
               doorward-agent whoami
               doorward-agent logout
               doorward-agent connect APPLICATION [--target HOST:PORT]
               doorward-agent forward APPLICATION --port N [--target HOST:PORT]
               doorward-agent proxy [--port N]
               doorward-agent ssh APPLICATION [--login NAME] [--target HOST:PORT] [-- SSH-ARGUMENTS]
               doorward-agent ssh-config APPLICATION [--login NAME] [--target HOST:PORT]
               doorward-agent --version
        """;

    // Of folders; the page on the agent tells of them once, for all.
    private static readonly string[] s_everywhere = ["--state", "--folder"];

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
            case ["login", .. var rest] when LoginOptions.Parse(rest) is { } login:
                return LoginCommand.Run(login, output, errors, time);
            case ["whoami", .. var rest] when SessionCommands.Parse(rest) is { } who:
                return who.WhoAmI(output, errors);
            case ["logout", .. var rest] when SessionCommands.Parse(rest) is { } leave:
                return leave.SignOut(output, errors);
            case ["connect", .. var rest] when TunnelOptions.Parse(rest, named: true) is { } connect:
                return ConnectCommand.Run(connect, errors, time);
            case ["forward", .. var rest] when TunnelOptions.Parse(rest, named: true) is { Port: not null } forward:
                return ForwardCommand.Run(forward, output, errors, time);
            case ["ssh", .. var rest] when TunnelOptions.Parse(rest, named: true) is { Port: null } ssh:
                return SshCommands.Run(ssh, errors, time);
            case ["ssh-config", .. var rest] when TunnelOptions.Parse(rest, named: true) is { Port: null } config:
                return SshCommands.PrintConfig(config, output);
            case ["ssh-key", .. var rest] when TunnelOptions.Parse(rest, named: true) is { Port: null, Target: null } key:
                return SshCommands.WriteKey(key, errors, time);
            case ["proxy", .. var rest] when TunnelOptions.Parse(rest, named: false) is { Target: null } proxy:
                return ProxyCommand.Run(proxy, output, errors, time);
            case ["--version"]:
                output.WriteLine(typeof(AgentCommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);
                return 0;
            case ["help" or "--help" or "-h", ..] or [_, "--help" or "-h"] or ["connector", _, "--help" or "-h"]:
                output.WriteLine(UsageOf(args) is { Length: > 0 } lines ? lines : Usage);
                return 0;
            default:
                var usage = UsageOf(args);
                if (args.Length > 0) errors.WriteLine($"doorward-agent: {Wrong(args, usage)}");
                errors.WriteLine(usage.Length > 0 ? usage : Usage);
                return 2;
        }
    }

    /// <summary>The lines of the command that was meant, each to begin with <c>usage:</c> or below it; empty when there is none.</summary>
    private static string UsageOf(string[] args)
    {
        var name = args is ["connector", var part, ..] && !part.StartsWith('-') ? $"connector {part}" : args.FirstOrDefault();
        var start = $"doorward-agent {name}";
        var own = false;
        var lines = new List<string>();
        foreach (var line in Usage.Split('\n'))
        {
            var text = line.TrimEnd();
            if (text.IndexOf("doorward-agent ", StringComparison.Ordinal) is var at and >= 0) own = text[at..] == start || text[at..].StartsWith($"{start} ", StringComparison.Ordinal);
            if (own) lines.Add(lines.Count == 0 ? $"usage: {text[7..]}" : text);
        }

        return string.Join(Environment.NewLine, lines);
    }

    private static string Wrong(string[] args, string usage)
    {
        if (usage.Length == 0) return $"there is no command {args[0]}; these are:";
        var option = args.TakeWhile(static word => word != "--").FirstOrDefault(word => word.StartsWith("--", StringComparison.Ordinal) && !s_everywhere.Contains(word) && !$"{usage} ".Contains($"{word} ", StringComparison.Ordinal) && !usage.Contains($"{word}]", StringComparison.Ordinal));
        return option is not null ? $"{args[0]} has no option {option}" : "these arguments do not fit together, or one is missing:";
    }
}
