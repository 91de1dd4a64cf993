using System.Diagnostics;
using System.Text;

namespace Doorward.Testing.Product;

/// <summary>One executable as a process of its own: what it says, when it is ready, and the ways in which processes die.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool IsRunning => !_process.HasExited;

    /// <summary>Everything printed so far, both streams.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public static ChildProcess Start(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var child = new ChildProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        child._process.OutputDataReceived += (_, line) => child.Note(line.Data, isOutput: true);
        child._process.ErrorDataReceived += (_, line) => child.Note(line.Data, isOutput: false);
        child._process.Exited += (_, _) => child._ready.TrySetException(new InvalidOperationException($"{Path.GetFileName(file)} ended:\n{child.Output}"));
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Completes when it has printed its line that begins with <c>ready</c>; fails when it ends before.</summary>
    public Task ReadyAsync() => _ready.Task.WaitAsync(Patience, TimeProvider.System);

    /// <summary>Completes when it has printed these words on either stream.</summary>
    public async Task SaysAsync(string words)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!Output.Contains(words, StringComparison.Ordinal))
        {
            if (!IsRunning || TimeProvider.System.GetElapsedTime(begun) > Patience)
                throw new InvalidOperationException($"It never said '{words}', but:\n{Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM; returns the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync("TERM");
        return await ExitAsync();
    }

    /// <summary>Waits until it ends by itself; returns the exit code.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience, TimeProvider.System);
        return _process.ExitCode;
    }

    /// <summary>SIGSTOP: it neither runs nor dies, as in a suspended machine.</summary>
    public Task SuspendAsync() => SignalAsync("STOP");

    public Task ResumeAsync() => SignalAsync("CONT");

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
            await KillAsync();
        _process.Dispose();
    }

    private async Task SignalAsync(string name)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -{name} {Id}"]);
        await kill.WaitForExitAsync();
        if (kill.ExitCode != 0)
            throw new InvalidOperationException($"could not send SIG{name} to {Id}");
    }

    private void Note(string? line, bool isOutput)
    {
        if (line is null)
            return;
        lock (_output)
            _output.AppendLine(line);
        if (isOutput && line.StartsWith("ready", StringComparison.Ordinal))
            _ready.TrySetResult();
    }
}
