using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using Doorward.Agent.Keys;
using Doorward.Agent.State;

namespace Doorward.Agent.Connector;

/// <summary>The connector itself: runs until it is told to stop, and then for as long as what it carries goes on.</summary>
internal sealed record ConnectorRunCommand(string State, TimeSpan Drain)
{
    private static readonly TimeSpan UsualDrain = TimeSpan.FromMinutes(10);

    /// <summary>Null when the arguments are not understood.</summary>
    public static ConnectorRunCommand? Parse(ReadOnlySpan<string> args)
    {
        var command = new ConnectorRunCommand(ConnectorFolder.Usual, UsualDrain);
        for (; !args.IsEmpty; args = args[2..])
        {
            command = args switch
            {
                ["--state", var value, ..] => command with { State = value },
                ["--drain", var value, ..] when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) => command with { Drain = TimeSpan.FromSeconds(seconds) },
                _ => null,
            };
            if (command is null) return null;
        }

        return command;
    }

    public int Run(TextWriter output, TextWriter errors, TimeProvider time)
    {
        // A user that the system makes for it has no home, and without one the runtime checks no certificate.
        if (Environment.GetEnvironmentVariable("HOME") is not { Length: > 0 }) Environment.SetEnvironmentVariable("HOME", Path.GetFullPath(State));
        try
        {
            using var drain = new CancellationTokenSource();
            using var end = new CancellationTokenSource();
            using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Stop(signal, drain, end));
            using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => Stop(signal, drain, end));
            RunAsync(TextWriter.Synchronized(output), time, drain.Token, end.Token).GetAwaiter().GetResult();
            return 0;
        }
        catch (DeviceKeyException error)
        {
            errors.WriteLine($"doorward-agent: {error.Message}");
            return 1;
        }
    }

    public async Task RunAsync(TextWriter output, TimeProvider time, CancellationToken drain, CancellationToken end)
    {
        var folder = new ConnectorFolder(State);
        var record = folder.Read();
        using var held = folder.Lock();
        using var key = FileDeviceKey.Open(folder.KeyFile, DeviceKeys.MachineId());
        var addresses = new GatewayAddresses(record);
        using var certificates = new ReplicaCertificates(record, key, addresses, time);
        using var targets = new TargetsBook(record, time);
        var dialer = new TargetDialer(static (host, ct) => Dns.GetHostAddressesAsync(host, ct), addresses.IsGateway, time);
        var desk = new OrderDesk(targets, dialer, time, output);
        var file = new HealthFile<ConnectorHealth>(folder.HealthFile, AgentJson.Default.ConnectorHealth);
        await new ConnectorLoop(record, addresses, certificates, desk, file, time) { Log = output }.RunAsync(Drain, drain, end);
    }

    private static void Stop(PosixSignalContext signal, CancellationTokenSource drain, CancellationTokenSource end)
    {
        signal.Cancel = true;
        if (drain.IsCancellationRequested) end.Cancel();
        drain.Cancel();
    }
}
