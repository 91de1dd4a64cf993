using System.Diagnostics;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Private;

/// <summary>A whole product with a connector that dialled out to it, and people on the command line: all real processes, on loopback.</summary>
internal sealed class PrivateRoad : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly List<Process> _running = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("doorward-private-").FullName;

    private readonly string _agent;

    private PrivateRoad(ProductProcess product, string agent) => (Product, Alice, _agent, State) = (product, product.NewVisitor(), agent, Path.Combine(_folder, "none"));

    public ProductProcess Product { get; }

    /// <summary>Her browser, signed in.</summary>
    public Visitor Alice { get; }

    public string Person => Path.Combine(_folder, "alice");

    /// <summary>The person's XDG_RUNTIME_DIR.</summary>
    public string Runtime => _folder;

    /// <summary>Processes of the agent that run: the connector first, then those of people.</summary>
    public IEnumerable<int> Agents => _running.Select(static process => process.Id);

    /// <summary>The folder of the device that her machine is; of none at first.</summary>
    public string State { get; set; }

    /// <summary>The port by which people's commands get to the gateway, where it is not the gateway's own.</summary>
    public int? Way { get; set; }

    public string ConnectorSaid { get; private set; } = "";

    public string CaFile => Path.Combine(Product.Data, "ca.pem");

    /// <param name="applications">And policies, as <c>doorward apply</c> takes them.</param>
    /// <param name="agent">The agent's executable, where it is not the one built beside the tests.</param>
    public static async Task<PrivateRoad> OpenAsync(string applications, string? agent = null)
    {
        var product = await ProductProcess.StartAsync();
        var road = new PrivateRoad(product, agent ?? Executable.Agent);
        try
        {
            await road.OpenConnectorAsync(applications);
            return road;
        }
        catch
        {
            await road.DisposeAsync();
            throw;
        }
    }

    private async Task OpenConnectorAsync(string applications)
    {
        await Product.AddUserAsync("alice");
        await Product.ApplyAsync($"kind: Connector\nname: site\n---\n{applications}");
        var link = (await Product.RunAsync(["connector", "invite", "site"])).Trim().Split('\n').First(static line => line.Contains("https://", StringComparison.Ordinal)).Trim();
        var state = Path.Combine(_folder, "connector");
        var (code, said) = await AgentAsync(["connector", "join", "-", "--state", state, "--connect", $"127.0.0.1:{Product.Port}"], link + "\n");
        Assert.True(code == 0, said);
        var connector = Start(["connector", "run", "--state", state]);
        DataReceivedEventHandler note = (_, line) => ConnectorSaid += line.Data + "\n";
        connector.OutputDataReceived += note;
        connector.ErrorDataReceived += note;
        connector.BeginOutputReadLine();
        connector.BeginErrorReadLine();
        using (var _ = await Alice.SignInAsync(Product.Url("console"), "alice"))
        {
        }
    }

    /// <summary>A call of the agent, to its end.</summary>
    public async Task<(int Code, string Output)> AgentAsync(string[] arguments, string input = "")
    {
        using var process = Spawn(arguments);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(s_patience, TimeProvider.System);
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>One that goes on until the road is closed.</summary>
    public Process Start(string[] arguments)
    {
        var process = Spawn(arguments);
        _running.Add(process);
        return process;
    }

    /// <summary>Arguments of a command of Alice's.</summary>
    public string[] As(params string[] arguments) => [.. arguments, "--folder", Person, "--state", State];

    /// <summary>Signs Alice in on the command line by her browser.</summary>
    public async Task<string> LoginAsync(string choice = "allow", params string[] more)
    {
        using var login = Spawn([.. As("login", "--server", Product.Url("auth"), "--ca", CaFile, "--connect", $"127.0.0.1:{Way ?? Product.Port}"), .. more]);
        return await LoginInBrowser.FinishAsync(login, Alice, new SocketsHttpHandler { UseProxy = false }, choice);
    }

    public static async Task EventuallyAsync(Func<Task<bool>> done, Func<string> what)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!await done())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < s_patience, what());
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _running)
        {
            if (!process.HasExited) process.Kill();
            process.Dispose();
        }

        Alice.Dispose();
        await Product.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private Process Spawn(string[] arguments)
    {
        var start = new ProcessStartInfo(_agent, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["XDG_RUNTIME_DIR"] = _folder;
        start.Environment.Remove("DISPLAY");
        return Process.Start(start)!;
    }
}
