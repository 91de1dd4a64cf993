using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Doorward.EndToEnd.Tests.Namespaces;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Private;

/// <summary>A person on the laptop: a browser and a command line, each with a session.</summary>
internal sealed class Commuter : IAsyncDisposable
{
    private readonly NetworkNamespace _laptop;
    private readonly List<Terminal> _running = [];
    private readonly string _runtime;
    private readonly string _device;

    /// <param name="laptop">Where it is.</param>
    /// <param name="browser">Of the person.</param>
    /// <param name="folder">For what is theirs.</param>
    /// <param name="device">The state of the device's agent; null for somebody who may not use its key.</param>
    public Commuter(NetworkNamespace laptop, Visitor browser, string folder, string? device)
    {
        (_laptop, Browser, _runtime, _device) = (laptop, browser, folder, device ?? Path.Combine(folder, "none"));
        Directory.CreateDirectory(folder);
    }

    public Visitor Browser { get; }

    /// <summary>Begins a command of the agent, as this person.</summary>
    public Terminal Agent(params string[] arguments) => Run([Executable.Agent, .. arguments, "--folder", Path.Combine(_runtime, "person"), "--state", _device]);

    /// <summary>Begins a program on the laptop.</summary>
    public Terminal Run(params string[] command)
    {
        var terminal = new Terminal([.. _laptop.Command, .. command], _runtime);
        lock (_running) _running.Add(terminal);
        return terminal;
    }

    /// <summary>On the command line, by the browser that is signed in.</summary>
    public async Task LoginAsync(string auth, string caFile)
    {
        string[] command = [.. _laptop.Command, Executable.Agent, "login", "--server", auth, "--ca", caFile, "--folder", Path.Combine(_runtime, "person"), "--state", _device];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["XDG_RUNTIME_DIR"] = _runtime;
        start.Environment.Remove("DISPLAY");
        using var login = Process.Start(start)!;
        var said = await LoginInBrowser.FinishAsync(login, Browser, Machine());
        Assert.True(said.Contains("Signed in as", StringComparison.Ordinal), said);
    }

    /// <summary>A port of the laptop that leads to an application, and the command that serves it.</summary>
    public async Task<(Terminal Agent, int Port)> ForwardAsync(string application)
    {
        var agent = Agent("forward", application, "--port", "0");
        var ready = await agent.LineAsync();
        return (agent, int.Parse(ready[(ready.LastIndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>A connection on the laptop's loopback.</summary>
    public async Task<Socket> ConnectAsync(int port)
    {
        var socket = _laptop.Inside(Relay.NewSocket);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var terminal in _running) await terminal.DisposeAsync();
        Browser.Dispose();
    }

    private SocketsHttpHandler Machine() => new()
    {
        UseProxy = false,
        ConnectCallback = async (context, _) => new NetworkStream(await ConnectAsync(context.DnsEndPoint.Port), ownsSocket: true),
    };
}
