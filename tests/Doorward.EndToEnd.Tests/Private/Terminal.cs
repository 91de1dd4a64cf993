using System.Diagnostics;
using System.Text;

namespace Doorward.EndToEnd.Tests.Private;

/// <summary>A program as a person runs it: its input, what it says on the terminal, and when it ended.</summary>
internal sealed class Terminal : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly StringBuilder _errors = new();
    private readonly Process _process;

    public Terminal(string[] command, string runtime)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["XDG_RUNTIME_DIR"] = runtime;
        start.Environment.Remove("DISPLAY");
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null) return;
            lock (_errors) _errors.AppendLine(line.Data);
        };
        _process.BeginErrorReadLine();
        Ended = EndAsync();
    }

    public int Id => _process.Id;

    public Stream Output => _process.StandardOutput.BaseStream;

    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>When it ended, as a timestamp, and with which code.</summary>
    public Task<(long Timestamp, int Code)> Ended { get; }

    public string Errors
    {
        get
        {
            lock (_errors) return _errors.ToString();
        }
    }

    public async Task<string> LineAsync()
    {
        var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(s_patience, TimeProvider.System);
        return line ?? throw new InvalidOperationException($"it ended:\n{Errors}");
    }

    /// <summary>Its exit code and all that it said on either stream, once it has ended by itself.</summary>
    public async Task<(int Code, string Said)> FinishAsync(string input = "")
    {
        await _process.StandardInput.WriteAsync(input);
        _process.StandardInput.Close();
        var said = await _process.StandardOutput.ReadToEndAsync().WaitAsync(s_patience, TimeProvider.System);
        var (_, code) = await Ended.WaitAsync(s_patience, TimeProvider.System);
        return (code, said + Errors);
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        if (!Ended.IsCompleted) _process.Kill();
        await Ended;
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private async Task<(long Timestamp, int Code)> EndAsync()
    {
        var exited = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.Exited += (_, _) => exited.TrySetResult(TimeProvider.System.GetTimestamp());
        _process.EnableRaisingEvents = true;
        var timestamp = await exited.Task;

        // With its last words.
        await _process.WaitForExitAsync();
        return (timestamp, _process.ExitCode);
    }
}
