using System.Diagnostics;

namespace Doorward.Agent.Posture;

/// <summary>
/// Asks the programs themselves, those of the system's own folders alone: whoever may write to a folder of PATH must not answer for the
/// firewall.
/// </summary>
internal sealed class ProgramQuestions : IQuestions
{
    private const int Largest = 8 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly string[] Folders = OperatingSystem.IsWindows()
        ? [Environment.SystemDirectory]
        : ["/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/libexec/ApplicationFirewall"];

    public ProgramAnswer? Ask(string program, params string[] arguments)
    {
        var name = OperatingSystem.IsWindows() ? program + ".exe" : program;
        if (Folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists) is not { } path) return null;
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["LC_ALL"] = "C";
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            return Read(process);
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or IOException or InvalidOperationException)
        {
            return null;
        }
    }

    private static ProgramAnswer? Read(Process process)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        using var watch = patience.Token.UnsafeRegister(static process => End((Process)process!), process);
        var complaint = Task.Run(() => ReadAll(process.StandardError));
        var output = ReadAll(process.StandardOutput);
        if (output.Length > Largest) End(process);
        process.WaitForExit();
        // Some say on the one stream what others say on the other (sysadminctl).
        if (output.Length == 0) output = complaint.GetAwaiter().GetResult();
        return patience.IsCancellationRequested || output.Length > Largest ? null : new ProgramAnswer(process.ExitCode, output);
    }

    private static string ReadAll(StreamReader reader)
    {
        var chunk = new char[16 * 1024];
        var text = new System.Text.StringBuilder();
        while (reader.Read(chunk) is > 0 and var count && text.Length <= Largest) text.Append(chunk, 0, count);
        return text.ToString();
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended by itself.
        }
    }
}
