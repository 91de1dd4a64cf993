using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using Doorward.Agent.Asking;
using Doorward.Agent.Carrying;
using Doorward.Agent.Control;
using Doorward.Agent.Keys;
using Doorward.Agent.Posture;
using Doorward.Agent.Posture.Watching;
using Doorward.Agent.State;
using Doorward.Core.Devices.Reports;

namespace Doorward.Agent.Running;

/// <summary>The agent itself: runs until it is told to stop.</summary>
internal sealed record RunCommand(string State, string? Root, bool ListensToPages = true)
{
    /// <summary>Null when the arguments are not understood.</summary>
    public static RunCommand? Parse(ReadOnlySpan<string> args)
    {
        var command = new RunCommand(AgentFolder.Usual, null);
        for (; !args.IsEmpty; args = args[2..])
        {
            command = args switch
            {
                ["--state", var value, ..] => command with { State = value },
                ["--pages", "on", ..] => command with { ListensToPages = true },
                ["--pages", "off", ..] => command with { ListensToPages = false },
                ["--root", var value, ..] when Directory.Exists(value) => command with { Root = Path.GetFullPath(value) },
                _ => null,
            };
            if (command is null) return null;
        }

        return command;
    }

    public int Run(TextWriter output, TextWriter errors, TimeProvider time)
    {
        try
        {
            using var ending = new CancellationTokenSource();
            using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => End(signal, ending));
            using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => End(signal, ending));
            RunAsync(output, time, ending.Token).GetAwaiter().GetResult();
            return 0;
        }
        catch (OperationCanceledException)
        {
            return 0;
        }
        catch (DeviceKeyException error)
        {
            errors.WriteLine($"doorward-agent: {error.Message}");
            return 1;
        }
    }

    private async Task RunAsync(TextWriter output, TimeProvider time, CancellationToken ct)
    {
        var folder = new AgentFolder(State);
        var record = folder.Read();
        using var held = folder.Lock();
        using var key = DeviceKeys.Open(folder, record.Key);
        using var link = new ControlLink(record, key, time);
        var machine = Root is null ? Machine.This(time) : Machine.Recorded(PlatformKind.Linux, Root, time);
        var alarm = new Alarm(time);
        var writer = new ReportWriter(record.Device, key, new SequenceFile(folder.SequenceFile), time);
        using var teller = new HealthTeller(new HealthWords(record, time), new HealthFile<AgentHealth>(folder.HealthFile, AgentJson.Default.AgentHealth), time, output);
        var loop = new AgentLoop(new PostureCollector(machine), new ReportExchange(link, writer, record.Nonce), teller, alarm, time);

        // A network that comes back is tried at once, and one that changed has the device heard from where it is now.
        void Ring(object? sender, EventArgs change) => loop.Hurry();
        NetworkChange.NetworkAddressChanged += Ring;
        try
        {
            var prover = new SessionProver(record, key, link, time);
            var pages = ListensToPages
                ? new PageListener(AgentAsk.Ports, time, output).RunAsync(port => new PageDesk(record.Auth, port, prover.ProveAsync), ct)
                : Task.CompletedTask;
            var asked = new StatusSocket(folder.StatusSocket, token => teller.AskAsync(() => link.StatusAsync(token), token), output).RunAsync(ct);
            using var people = new DeviceConnection(record, link);
            var carried = new CarrierSocket(folder.PeopleSocket, new CarrierDesk(record, people), output).RunAsync(ct);
            await loop.RunAsync(Watch(machine, alarm, output), ct);
            await Task.WhenAll(pages, asked, carried);
        }
        finally
        {
            NetworkChange.NetworkAddressChanged -= Ring;
        }
    }

    // Elsewhere changes are found at the next regular reading.
    private Action Watch(Machine machine, Alarm alarm, TextWriter output)
    {
        if (!OperatingSystem.IsLinux()) return static () => { };
        var watch = new PostureWatch(machine.Files, alarm);
        if (Root is null && !watch.HearsFirewall) output.WriteLine("changes of the firewall are not told to this user (CAP_NET_ADMIN): they are found within half a minute");
        watch.Start();
        return watch.Follow;
    }

    private static void End(PosixSignalContext signal, CancellationTokenSource ending)
    {
        signal.Cancel = true;
        ending.Cancel();
    }
}
