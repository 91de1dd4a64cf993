using System.Net.Sockets;
using System.Runtime.InteropServices;
using Doorward.Agent.People;
using Doorward.Core.Tunnels;

namespace Doorward.Agent.Tunnels;

/// <summary>A port of this machine that leads to an application; each connection is a tunnel of its own, judged by itself.</summary>
internal static class ForwardCommand
{
    public static int Run(TunnelOptions options, TextWriter output, TextWriter errors, TimeProvider time) => LoginCommand.Telling(errors, async _ =>
    {
        using var dialer = new TunnelDialer(SignedIn.Read(options.Folder), options.State, time);
        return await ListenAsync(options.Port ?? 0, output, errors, $"{options.Application} is at", async client =>
        {
            var (call, refusal) = await dialer.OpenAsync(options.Application, options.Target, CancellationToken.None);
            var local = new SocketLocal(client);
            if (call is null)
            {
                local.Reset();
                await refusal!.TellAsync(errors, options.Application);
                return;
            }

            await PersonalTunnel.CarryAsync(call, local, options.Application, errors, time);
        });
    });

    /// <summary>Serves a port until the program is told to stop. Says <c>ready</c> when it is open.</summary>
    internal static async Task<int> ListenAsync(int port, TextWriter output, TextWriter errors, string what, Func<Socket, Task> serve)
    {
        using var ending = new CancellationTokenSource();
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => End(signal, ending));
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => End(signal, ending));
        try
        {
            using var local = LocalPort.Open(port);
            await output.WriteLineAsync($"ready: {what} 127.0.0.1:{local.Number}");
            await output.FlushAsync();
            await local.RunAsync(serve, ending.Token);
            return 0;
        }
        catch (SocketException error)
        {
            return LoginCommand.Refuse(errors, $"port {port} cannot be used: {error.Message}");
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return 0;
        }
    }

    private static void End(PosixSignalContext signal, CancellationTokenSource ending)
    {
        signal.Cancel = true;
        ending.Cancel();
    }
}
