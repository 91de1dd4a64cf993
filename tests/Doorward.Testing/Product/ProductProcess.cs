using System.Diagnostics;
using System.Text;

namespace Doorward.Testing.Product;

/// <summary>The real product as a process of its own: <c>doorward up</c> on a fresh data folder, driven as a stranger's script would.</summary>
public sealed class ProductProcess : IAsyncDisposable
{
    public const string Domain = "doorward.test";
    private readonly StringBuilder _output = new();
    private readonly string[] _extra;
    private Process? _process;
    private TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ProductProcess(string data, int port, string[] extra) => (Data, Port, _extra) = (data, port, extra);

    public string Data { get; }

    /// <summary>The home directory of what is run, where it is not the caller's.</summary>
    public string? Home { get; private init; }

    public int Port { get; }

    public int Id => _process?.Id ?? throw new InvalidOperationException("not running");

    /// <summary>Everything printed so far, both streams.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public static Task<ProductProcess> StartAsync(params string[] extra) => StartAtHomeAsync(null, extra);

    public static async Task<ProductProcess> StartAtHomeAsync(string? home, params string[] extra)
    {
        var product = new ProductProcess(Directory.CreateTempSubdirectory("doorward-").FullName, FreePort.Choose(), extra) { Home = home };
        await product.LaunchAsync();
        return product;
    }

    public string Url(string host, string path = "/") => $"https://{host}.{Domain}:{Port}{path}";

    public Visitor NewVisitor() => new(Port, Path.Combine(Data, "ca.pem"));

    /// <summary>Starts the process again on the same data, and waits until it serves.</summary>
    public async Task LaunchAsync()
    {
        _ready = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = Spawn(["up", "--data", Data, "--listen", $"127.0.0.1:{Port}", "--domain", Domain, .. _extra]);
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException($"doorward up ended:\n{Output}"));
        _process.EnableRaisingEvents = true;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await _ready.Task.WaitAsync(TimeSpan.FromSeconds(120), TimeProvider.System);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process!.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>Runs a command of the same installation; throws with its output unless it exits as expected.</summary>
    public async Task<string> RunAsync(string[] arguments, string? input = null, int expected = 0)
    {
        var (code, output) = await TryRunAsync(arguments, input);
        return code == expected
            ? output
            : throw new InvalidOperationException($"doorward {string.Join(' ', arguments)} -> {code}, expected {expected}:\n{output}");
    }

    public async Task<(int Code, string Output)> TryRunAsync(string[] arguments, string? input = null)
    {
        using var process = Spawn([.. arguments, "--data", Data]);
        if (input is not null)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    public async Task<string> ApplyAsync(string yaml)
    {
        var file = Path.Combine(Data, "apply.yaml");
        await File.WriteAllTextAsync(file, yaml);
        return await RunAsync(["apply", "-f", file]);
    }

    /// <summary>Imports a person with the shared test password and TOTP secret.</summary>
    public async Task AddUserAsync(string name)
    {
        var file = Path.Combine(Data, "totp.secret");
        if (!File.Exists(file))
        {
            await File.WriteAllTextAsync(file, Visitor.TotpSecret);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await RunAsync(["user", "add", name, "--email", $"{name}@example.test", "--password-stdin", "--totp-secret-file", file], Visitor.Password + "\n");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
            await KillAsync();
        _process?.Dispose();
        Directory.Delete(Data, recursive: true);
    }

    private Process Spawn(string[] arguments)
    {
        var start = new ProcessStartInfo(Executable.Path)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        if (Home is not null)
            start.Environment["HOME"] = Home;
        return Process.Start(start)!;
    }

    private void Note(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.AppendLine(line);
        if (line.StartsWith("ready", StringComparison.Ordinal))
            _ready.TrySetResult(line);
    }
}
