using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Private;

/// <summary>A whole product with a connector that dialled out to it, and people on the command line: all real processes, on loopback.</summary>
internal sealed partial class PrivateRoad : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly List<Process> _running = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("doorward-private-").FullName;

    private PrivateRoad(ProductProcess product) => (Product, Alice, State) = (product, product.NewVisitor(), Path.Combine(_folder, "none"));

    public ProductProcess Product { get; }

    /// <summary>Her browser, signed in.</summary>
    public Visitor Alice { get; }

    public string Person => Path.Combine(_folder, "alice");

    /// <summary>The person's XDG_RUNTIME_DIR.</summary>
    public string Runtime => _folder;

    /// <summary>The folder of the device that her machine is; of none at first.</summary>
    public string State { get; set; }

    public string ConnectorSaid { get; private set; } = "";

    public string CaFile => Path.Combine(Product.Data, "ca.pem");

    public static async Task<PrivateRoad> OpenAsync(string applications)
    {
        var product = await ProductProcess.StartAsync();
        var road = new PrivateRoad(product);
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
        using var login = Spawn([.. As("login", "--server", Product.Url("auth"), "--ca", CaFile, "--connect", $"127.0.0.1:{Product.Port}"), .. more]);
        var said = "";
        Match address;
        do
        {
            var line = await login.StandardError.ReadLineAsync().WaitAsync(s_patience, TimeProvider.System);
            Assert.True(line is not null, said);
            said += line + "\n";
            address = Address().Match(line);
        }
        while (!address.Success);
        using (var page = await Alice.FollowAsync(HttpMethod.Get, address.Value))
        {
            var form = HtmlForm.All(await page.Content.ReadAsStringAsync()).Single(static form => form.Fields.ContainsKey("client_id"));
            using var answer = await Alice.SendAsync(HttpMethod.Post, Product.Url("auth", form.Action), new Dictionary<string, string>(form.Fields) { ["choice"] = choice });
            using var back = new HttpClient(new SocketsHttpHandler { UseProxy = false });

            // Another site's answer, and one of somebody else's making, are not taken.
            using var forged = await back.GetAsync(new Uri(answer.Headers.Location!, "?code=stolen&state=guessed"));
            Assert.Equal(HttpStatusCode.NotFound, forged.StatusCode);
            using var told = await back.GetAsync(answer.Headers.Location);
            Assert.Equal(HttpStatusCode.OK, told.StatusCode);
        }

        said += await login.StandardOutput.ReadToEndAsync() + await login.StandardError.ReadToEndAsync();
        await login.WaitForExitAsync().WaitAsync(s_patience, TimeProvider.System);
        return said;
    }

    public static async Task EventuallyAsync(Func<Task<bool>> done, Func<string> what)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!await done())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < s_patience, what());
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
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
        var start = new ProcessStartInfo(Executable.Agent, arguments)
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

    [GeneratedRegex(@"https://auth\.\S+/connect/authorize\S+")]
    private static partial Regex Address();
}
