using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Doorward.Testing;

namespace Doorward.EndToEnd.Tests.Private.Figures;

/// <summary>What a road is compared with: pairs of <c>stunnel</c>, each plain, TLS, plain. Two of them have as many legs as a tunnel through a gateway.</summary>
internal sealed class Stunnel : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("doorward-stunnel-").FullName;
    private readonly List<Process> _running = [];

    public static bool IsHere => File.Exists("/usr/bin/stunnel");

    public int Port { get; private set; }

    public IEnumerable<int> Processes => _running.Select(static process => process.Id);

    public static async Task<Stunnel> OpenAsync(int target, int pairs)
    {
        var road = new Stunnel();
        await RunAsync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost", "-days", "2", "-keyout", road.At("key.pem"), "-out", road.At("cert.pem")]);
        for (var pair = 0; pair < pairs; pair++)
        {
            var between = FreePort.Choose();
            await road.StartAsync($"server{pair}", $"cert = {road.At("cert.pem")}\nkey = {road.At("key.pem")}", between, target);
            await road.StartAsync($"client{pair}", "client = yes", target = FreePort.Choose(), between);
        }

        road.Port = target;
        return road;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _running)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private string At(string name) => Path.Combine(_folder, name);

    private async Task StartAsync(string name, string how, int accept, int connect)
    {
        var file = At($"{name}.conf");
        await File.WriteAllTextAsync(file, string.Create(CultureInfo.InvariantCulture, $"foreground = yes\npid =\ndebug = 0\nsocket = l:TCP_NODELAY=1\nsocket = r:TCP_NODELAY=1\n[{name}]\n{how}\naccept = 127.0.0.1:{accept}\nconnect = 127.0.0.1:{connect}\n"));
        _running.Add(Process.Start(new ProcessStartInfo("/usr/bin/stunnel", [file]) { RedirectStandardError = true, RedirectStandardOutput = true })!);
        await PrivateRoad.EventuallyAsync(async () =>
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, accept);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }, () => $"stunnel {name} does not listen");
    }

    private static async Task RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
