using System.Text.Json;
using Doorward.Agent.Asking;
using Doorward.Agent.State;
using Doorward.Core.Devices.Reports;

namespace Doorward.Agent.Running;

/// <summary>
/// Says how this device does and what to do about it, before a door does. Exit codes: 0 green, 1 yellow, 2 red or nothing known. The agent asks
/// the control plane now; one that has no answer in time, or stopped, is found by what it wrote last.
/// </summary>
internal sealed record StatusCommand(string State, bool IsJson)
{
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Null when the arguments are not understood.</summary>
    public static StatusCommand? Parse(ReadOnlySpan<string> args) =>
        StatusArguments.Parse(args, AgentFolder.Usual) is var (state, isJson) ? new StatusCommand(state, isJson) : null;

    public int Run(TextWriter output, TextWriter errors, TimeProvider time)
    {
        var folder = new AgentFolder(State);
        if ((StatusSocket.AskAsync(folder.StatusSocket, Patience, time).GetAwaiter().GetResult() ?? new HealthFile<AgentHealth>(folder.HealthFile, AgentJson.Default.AgentHealth).Read()) is not { } health)
        {
            errors.WriteLine("doorward-agent: nothing is known: the agent does not run here. Enrol this machine (doorward-agent enroll), then start it (systemctl start doorward-agent).");
            return 2;
        }

        // What was written at a time that is not yet was written before the clock was set back.
        if ((time.GetUtcNow() - health.Written).Duration() >= Stale)
            health = health with { Colour = "red", Reasons = [new HealthReason($"The agent stopped at {Words(health.Written)}.", "Start it: systemctl start doorward-agent.")] };
        output.WriteLine(IsJson ? JsonSerializer.Serialize(health, AgentJson.Default.AgentHealth) : Table(health, time.GetUtcNow()));
        return health.Colour switch
        {
            "green" => 0,
            "yellow" => 1,
            _ => 2,
        };
    }

    internal static string Table(AgentHealth health, DateTimeOffset now) => string.Join('\n',
    [
        $"{health.Colour}  {health.Name} ({health.Device}), key: {health.KeyAssurance}",
        .. health.Reasons.SelectMany(static reason => (string[])[$"  {reason.What}{(reason.Until is { } until ? $" Counts from {Words(until)}." : "")}", $"    {reason.Fix}"]),
        $"last report: {(health.LastReport is { } last ? Words(last) : "none since the agent started")}",
        .. health.Heard is { } heard ? (string[])[$"the control plane's word: {Words(heard)}, {Math.Max(0, (long)(now - heard).TotalSeconds)} s old"] : [],
    ]);

    private static string Words(DateTimeOffset at) => $"{at.ToUniversalTime():yyyy-MM-dd HH:mm:ss} UTC";
}
