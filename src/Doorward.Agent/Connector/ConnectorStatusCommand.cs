using System.Text.Json;
using Doorward.Agent.State;

namespace Doorward.Agent.Connector;

/// <summary>Says how this replica does. Exit codes: 0 every gateway is connected, 1 some, 2 none or nothing known.</summary>
internal sealed record ConnectorStatusCommand(string State, bool IsJson)
{
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(15);

    /// <summary>Null when the arguments are not understood.</summary>
    public static ConnectorStatusCommand? Parse(ReadOnlySpan<string> args) =>
        StatusArguments.Parse(args, ConnectorFolder.Usual) is var (state, isJson) ? new ConnectorStatusCommand(state, isJson) : null;

    public int Run(TextWriter output, TextWriter errors, TimeProvider time)
    {
        if (new HealthFile<ConnectorHealth>(new ConnectorFolder(State).HealthFile, AgentJson.Default.ConnectorHealth).Read() is not { } health)
        {
            errors.WriteLine("doorward-agent: nothing is known: no connector runs here. Join this machine (doorward-agent connector join), then start it (systemctl start doorward-connector).");
            return 2;
        }

        // What was written at a time that is not yet was written before the clock was set back.
        if ((time.GetUtcNow() - health.Written).Duration() >= Stale)
        {
            errors.WriteLine($"doorward-agent: the connector stopped at {health.Written.ToUniversalTime():yyyy-MM-dd HH:mm:ss} UTC. Start it: systemctl start doorward-connector.");
            return 2;
        }

        output.WriteLine(IsJson ? JsonSerializer.Serialize(health, AgentJson.Default.ConnectorHealth) : Table(health));
        var connected = health.Lines.Count(static line => line.Problem is null);
        return connected == 0 ? 2 : connected < health.Lines.Length ? 1 : 0;
    }

    private static string Table(ConnectorHealth health) => string.Join('\n',
    [
        $"connector {health.Connector}, replica {health.Replica}: {health.Streams} streams{(health.Draining ? ", draining" : "")}",
        .. health.Lines.Select(static line => $"  {line.Address}  {line.Problem ?? "connected"}"),
    ]);
}
