using System.Diagnostics;
using System.Runtime.InteropServices;
using Doorward.Agent.Keys;
using Doorward.Agent.People;
using Doorward.Agent.Tunnels;
using Doorward.Core.Devices.Enrolment;

namespace Doorward.Agent.Ssh;

/// <summary>
/// <c>ssh</c>: runs this machine's <c>ssh</c> through a tunnel with a certificate of now. <c>ssh-config</c>: prints what makes plain <c>ssh</c>,
/// <c>scp</c> and <c>git</c> do the same. <c>ssh-key</c>: what that calls.
/// </summary>
internal static partial class SshCommands
{
    private const int Terminate = 15;

    // ssh(1): those that take the word behind them.
    private const string WithValue = "BbcDEeFIiJLlmOopQRSWw";

    public static int Run(TunnelOptions options, TextWriter errors, TimeProvider time) => LoginCommand.Telling(errors, async ct =>
    {
        // Of this call alone, so that it can be removed behind it.
        var folder = Path.Join(SshIdentity.FolderOf(options.Folder), $"{Environment.ProcessId}");
        var (identity, problem) = await SshIdentity.OrderAsync(SignedIn.Read(options.Folder), options.Application, options.Login, options.State, folder, time, ct);
        if (identity is null) return LoginCommand.Refuse(errors, Refusal(options.Application, problem!));

        // A terminal tells ssh too, which ends by it; whoever ends this alone ends ssh. Only behind that the key is removed.
        using var ending = new CancellationTokenSource();
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, static signal => signal.Cancel = true);
        using var closed = PosixSignalRegistration.Create(PosixSignal.SIGHUP, static signal => signal.Cancel = true);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            ending.Cancel();
        });
        try
        {
            string[] arguments =
            [
                "-o", $"ProxyCommand={ProxyCommand(options)}", "-o", $"IdentityFile={Value(Doubled(identity.KeyFile))}", "-o", $"CertificateFile={Value(Doubled(identity.CertificateFile))}",
                "-o", "IdentitiesOnly=yes", "-o", $"HostKeyAlias={options.Application}", "-l", identity.Principals[0], .. Split(options.Rest, options.Application),
            ];
            using var ssh = Process.Start(new ProcessStartInfo("ssh", arguments) { UseShellExecute = false })
                ?? throw new DeviceKeyException("ssh could not be started");
            return await EndOfAsync(ssh, ending.Token);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return LoginCommand.Refuse(errors, "there is no ssh on this machine");
        }
        finally
        {
            identity.Delete();
            Directory.Delete(folder);
        }
    });

    private static async Task<int> EndOfAsync(Process ssh, CancellationToken ending)
    {
        try
        {
            await ssh.WaitForExitAsync(ending);
        }
        catch (OperationCanceledException)
        {
            // Not by force: it has the terminal to set right.
            if (OperatingSystem.IsWindows() || Kill(ssh.Id, Terminate) != 0) ssh.Kill();
            await ssh.WaitForExitAsync(CancellationToken.None);
        }

        return ssh.ExitCode;
    }

    /// <summary>Writes key and certificate for a while; quiet, as <c>Match exec</c> wants it.</summary>
    public static int WriteKey(TunnelOptions options, TextWriter errors, TimeProvider time) => LoginCommand.Telling(errors, async ct =>
    {
        var (identity, problem) = await SshIdentity.OrderAsync(
            SignedIn.Read(options.Folder), options.Application, options.Login, options.State, SshIdentity.FolderOf(options.Folder), time, ct);
        return identity is null ? LoginCommand.Refuse(errors, Refusal(options.Application, problem!)) : 0;
    });

    public static int PrintConfig(TunnelOptions options, TextWriter output)
    {
        var folder = SshIdentity.FolderOf(options.Folder);
        output.Write($"""
            # For ~/.ssh/config: ssh {options.Application}
            Match originalhost {options.Application} exec "{Words(options, "ssh-key")}{(options.Login is { } login ? $" --login {Quote(login)}" : "")}"
              HostKeyAlias {options.Application}
              IdentityFile {Value(Doubled(Path.Join(folder, options.Application)))}
              CertificateFile {Value(Doubled($"{Path.Join(folder, options.Application)}-cert.pub"))}
              IdentitiesOnly yes
              ProxyCommand {ProxyCommand(options)}

            """);
        if (options.Login is not null) output.WriteLine($"  User {Value(options.Login)}");
        return 0;
    }

    private static string Refusal(string application, DeviceProblem problem) =>
        new TunnelRefusal(TunnelRefusal.Plain($"{problem.Detail} {problem.Fix}".TrimEnd())) { Remedies = [.. (problem.Remedies ?? []).Select(TunnelRefusal.Plain)] }.WordsFor(application).TrimEnd();

    // Options of ssh come before the host, the remote command behind it.
    private static string[] Split(string[] rest, string application)
    {
        var end = 0;
        while (end < rest.Length && rest[end].StartsWith('-')) end += rest[end].Length == 2 && WithValue.Contains(rest[end][1], StringComparison.Ordinal) ? 2 : 1;
        end = Math.Min(end, rest.Length);
        return [.. rest[..end], application, .. rest[end..]];
    }

    private static string ProxyCommand(TunnelOptions options) => Words(options, "connect") + (options.Target is { } target ? $" --target {target}" : "");

    private static string Words(TunnelOptions options, string command)
    {
        var words = $"{Quote(Environment.ProcessPath ?? "doorward-agent")} {command} {options.Application}";
        if (options.Folder != PersonFolder.Usual) words += $" --folder {Quote(Path.GetFullPath(options.Folder))}";
        if (options.State != State.AgentFolder.Usual) words += $" --state {Quote(Path.GetFullPath(options.State))}";
        return words;
    }

    // ssh hands it to a shell, and reads % itself.
    private static string Quote(string word) => Doubled(word) is var plain && IsBare(plain) ? plain : $"'{plain.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    // For ssh alone, which takes a blank for the end of a value.
    private static string Value(string text) => IsBare(text) ? text : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string Doubled(string text) => text.Replace("%", "%%", StringComparison.Ordinal);

    private static bool IsBare(string text) => text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or '%');

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
