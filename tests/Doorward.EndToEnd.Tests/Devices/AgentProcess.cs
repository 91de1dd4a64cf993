using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Devices;

/// <summary>The real <c>doorward-agent</c> as a process, on a folder of its own: on a tree that stands for a machine, or on a laptop that is a namespace.</summary>
internal sealed class AgentProcess(ProductProcess product, string? tree, LaptopNamespace? laptop = null) : IAsyncDisposable
{
    private readonly StringBuilder _output = new();
    private Process? _process;

    public string State { get; } = Directory.CreateTempSubdirectory("doorward-agent-").FullName;

    public int Id => _process?.Id ?? throw new InvalidOperationException("not running");

    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    public Task<(int Code, string Output)> EnrollAsync(string link) =>
        EnrollAsync(link, "--key", "file");

    /// <summary>With the place of the key as the command is told it.</summary>
    public Task<(int Code, string Output)> EnrollAsync(string link, params string[] key) =>
        RunAsync(["enroll", "-", "--state", State, .. key, "--connect", laptop?.Product ?? $"127.0.0.1:{product.Port}"], link + "\n");

    public Task<(int Code, string Output)> StatusAsync(params string[] more) => RunAsync(["status", "--state", State, .. more]);

    public async Task<JsonElement> HealthAsync() => JsonDocument.Parse((await StatusAsync("-o", "json")).Output).RootElement;

    /// <summary>Another call of the program, to its end.</summary>
    public async Task<(int Code, string Output)> RunAsync(string[] arguments, string input = "")
    {
        using var process = Spawn(arguments);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    public void Start()
    {
        _process = Spawn(["run", "--state", State, .. tree is null ? (string[])[] : ["--root", tree]]);
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false }) await KillAsync();
        _process?.Dispose();
        Directory.Delete(State, recursive: true);
    }

    private Process Spawn(string[] arguments)
    {
        string[] command = [.. laptop?.Command ?? [], Executable.Agent, .. arguments];
        return Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
    }

    private void Note(string? line)
    {
        lock (_output) _output.AppendLine(line);
    }
}
