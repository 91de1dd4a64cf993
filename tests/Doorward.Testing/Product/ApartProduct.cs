using System.Text.Json;
using System.Text.Json.Nodes;

namespace Doorward.Testing.Product;

/// <summary>Control plane and gateway as two processes that know each other by configuration files and a join token, as on two machines.</summary>
public sealed class ApartProduct : IAsyncDisposable
{
    public const string Domain = "doorward.test";
    private readonly string _gatewayExecutable;
    private readonly ProductPlace _place;

    private ApartProduct(string folder, string controlData, string gatewayData, string gatewayExecutable, ProductPlace place)
    {
        (Folder, ControlData, GatewayData, _gatewayExecutable, _place) = (folder, controlData, gatewayData, gatewayExecutable, place);
        Api = new LocalApi(ControlData);
    }

    public string Folder { get; }

    public string ControlData { get; }

    public string GatewayData { get; }

    /// <summary>Holds the newest checkpoint of the audit log, outside of it.</summary>
    public string OutsideCheckpoint => Path.Combine(Folder, "outside", "checkpoint");

    public string CaFile => Path.Combine(ControlData, "ca.pem");

    public int Port { get; } = FreePort.Choose();

    public int ControlPort { get; } = FreePort.Choose();

    public LocalApi Api { get; }

    public ChildProcess? Control { get; private set; }

    public ChildProcess? Gateway { get; private set; }

    /// <summary>Both started and ready, the gateway joined by a token.</summary>
    /// <param name="gatewayExecutable">The gateway compiled ahead of time, or null for the one built beside the tests.</param>
    /// <param name="gatewayData">Where the gateway keeps its key and spool; null for a folder beside the control plane's.</param>
    /// <param name="controlData">Where the installation is; null for a folder of its own.</param>
    /// <param name="place">The machine that both run on; null for this one.</param>
    public static async Task<ApartProduct> StartAsync(string? gatewayExecutable = null, string? gatewayData = null, string? controlData = null, ProductPlace? place = null)
    {
        var folder = Directory.CreateTempSubdirectory("doorward-apart-").FullName;
        var product = new ApartProduct(
            folder, controlData ?? Path.Combine(folder, "control"), gatewayData ?? Path.Combine(folder, "gateway"), gatewayExecutable ?? Executable.Gateway, place ?? new ProductPlace([], "127.0.0.1"));
        try
        {
            await product.ConfigureAsync();
            await product.StartControlAsync();
            await product.JoinAsync();
            await product.StartGatewayAsync();
            return product;
        }
        catch
        {
            await product.DisposeAsync();
            throw;
        }
    }

    public string Url(string host, string path = "/") => $"https://{host}.{Domain}:{Port}{path}";

    public Visitor NewVisitor() => new(Port, CaFile);

    public async Task StartControlAsync()
    {
        Control = Start(Executable.Path, "control-plane", "--config", Path.Combine(Folder, "control.json"));
        await Control.ReadyAsync();
    }

    public async Task StartGatewayAsync()
    {
        Gateway = Start(_gatewayExecutable, "--config", Path.Combine(Folder, "gateway.json"));
        await Gateway.ReadyAsync();
    }

    /// <summary>Runs a command of the same installation; throws with its output unless it succeeds.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        await using var process = ChildProcess.Start(Executable.Path, [.. arguments, "--data", ControlData]);
        var code = await process.ExitAsync();
        return code == 0 ? process.Output : throw new InvalidOperationException($"doorward {string.Join(' ', arguments)} -> {code}:\n{process.Output}");
    }

    /// <summary>Imports a person with the shared test password and, unless told otherwise, the shared TOTP secret.</summary>
    public Task AddUserAsync(string name, bool totp = true)
    {
        var body = new JsonObject { ["email"] = $"{name}@example.test", ["password"] = Visitor.Password };
        if (totp)
            body["totpSecret"] = Visitor.TotpSecret;
        return Api.PostAsync($"users/{name}/credentials", body);
    }

    /// <summary>Completes when the gateway follows the control plane and has applied all there is.</summary>
    public async Task ConnectedAsync()
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var status = await Api.GetAsync("status");
            if (status!["gateways"]!.AsArray().Any(gateway => (bool)gateway!["connected"]! && (long?)gateway["applied"] >= (long)status["revision"]!))
                return;
            if (TimeProvider.System.GetElapsedTime(begun) > TimeSpan.FromSeconds(60))
                throw new TimeoutException($"The gateway does not follow:\n{status}\n{Gateway?.Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Gateway is not null)
            await Gateway.DisposeAsync();
        if (Control is not null)
            await Control.DisposeAsync();
        Api.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private ChildProcess Start(params string[] command)
    {
        string[] there = [.. _place.Command, .. command];
        return ChildProcess.Start(there[0], there[1..]);
    }

    private async Task ConfigureAsync()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(OutsideCheckpoint)!);
        await WriteAsync("control.json", new JsonObject
        {
            ["data"] = ControlData,
            ["domain"] = Domain,
            ["publicPort"] = Port,
            ["listen"] = $"127.0.0.1:{ControlPort}",
            ["witness"] = new JsonObject { ["file"] = "outside/checkpoint", ["seconds"] = 1 },
        });
        await WriteAsync("gateway.json", new JsonObject
        {
            ["name"] = "edge-1",
            ["controlPlane"] = $"https://127.0.0.1:{ControlPort}",
            ["domain"] = Domain,
            ["data"] = GatewayData,
            ["listen"] = new JsonArray($"{_place.Address}:{Port}"),
            ["joinTokenFile"] = "join.token",
        });
    }

    private async Task JoinAsync() =>
        await File.WriteAllTextAsync(Path.Combine(Folder, "join.token"), await RunAsync("gateway", "join-token", "edge-1"));

    private Task WriteAsync(string name, JsonObject settings) =>
        File.WriteAllTextAsync(Path.Combine(Folder, name), settings.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
}

/// <summary>A machine that is not this one.</summary>
/// <param name="Command">What a command begins with that is to run there.</param>
/// <param name="Address">Where its gateway listens.</param>
public sealed record ProductPlace(string[] Command, string Address);
