using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Doorward.Testing;

namespace Doorward.EndToEnd.Tests.Readme;

public partial class ReadmeTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    [Fact]
    public async Task Every_command_of_the_readme_works_when_copied_into_a_fresh_clone()
    {
        // It names the default port, so this is the one test that cannot take a free one.
        Assert.SkipWhen(IsTaken(8443), "port 8443, which the README names, is taken on this machine");
        using var clone = new CheckoutCopy();
        var commands = ConsoleBlocks.CommandsOf(Checkout.Read("README.md"));
        Assert.Equal("./doorward up --demo", commands[0]);
        using var timeout = new CancellationTokenSource(Patience);
        using var up = clone.Start(commands[0]);
        try
        {
            var said = await UntilReadyAsync(up, timeout.Token);
            // What runs every test is running this one.
            foreach (var command in commands.Skip(1).Where(command => command != "./test.sh"))
            {
                if (command.Contains("session revoke", StringComparison.Ordinal))
                {
                    await SignInAsDemoAsync(clone, said, timeout.Token);
                }

                var answer = await RunAsync(clone, command, timeout.Token);
                if (command.Contains("decision explain", StringComparison.Ordinal))
                {
                    SaysWhySheWasCut(answer);
                }
            }

            await RunAsync(clone, "./doorward trust remove", timeout.Token);
        }
        finally
        {
            await StopAsync(up);
        }
    }

    // The newest decision may be a cut or what she was told at the vault before: either way it is over, by whom and why.
    private static void SaysWhySheWasCut(string explanation)
    {
        Assert.Contains("by: local", explanation, StringComparison.Ordinal);
        Assert.Contains("reason: end of the tour", explanation, StringComparison.Ordinal);
        Assert.Contains("an administrator ended this session: end of the tour", explanation, StringComparison.Ordinal);
        Assert.Matches(@"today:\s+decision: deny", explanation);
    }

    private static async Task<string> UntilReadyAsync(Process up, CancellationToken cancel)
    {
        var said = new List<string>();
        var errors = up.StandardError.ReadToEndAsync(cancel);
        while (await up.StandardOutput.ReadLineAsync(cancel) is { } line)
        {
            said.Add(line);
            if (line.StartsWith("ready ", StringComparison.Ordinal))
            {
                _ = up.StandardOutput.ReadToEndAsync(cancel);
                return string.Join('\n', said);
            }
        }

        throw new InvalidOperationException($"up ended before it was ready:\n{string.Join('\n', said)}\n{await errors}");
    }

    private static async Task SignInAsDemoAsync(CheckoutCopy clone, string said, CancellationToken cancel)
    {
        using var person = new PersonAtBrowser(8443, Path.Combine(clone.Folder, ".doorward", "ca.pem"));
        var password = Password().Match(said).Groups[1].Value;
        Task<string> Code() => RunAsync(clone, "./doorward demo code", cancel);

        var live = await person.OpenAsync("https://live.doorward.localhost:8443/", "demo", password, Code);
        Assert.Equal(HttpStatusCode.OK, live.Status);
        Assert.Matches("Doorward-User</th><td>demo<", live.Text);

        var vault = await person.OpenAsync("https://vault.doorward.localhost:8443/", "demo", password, Code);
        Assert.Equal(HttpStatusCode.Forbidden, vault.Status);
    }

    private static async Task<string> RunAsync(CheckoutCopy clone, string command, CancellationToken cancel)
    {
        using var process = clone.Start(command);
        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
        await process.WaitForExitAsync(cancel);
        Assert.True(process.ExitCode == 0, $"$ {command}\nexit code {process.ExitCode}\n{await output}{await error}");
        return (await output).Trim();
    }

    private static async Task StopAsync(Process up)
    {
        using var kill = Process.Start("kill", ["-TERM", "--", $"-{up.Id}"]);
        await kill.WaitForExitAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await up.WaitForExitAsync(patience.Token);
    }

    private static bool IsTaken(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    [GeneratedRegex(@"password:?\s+(\S+)")]
    private static partial Regex Password();
}
