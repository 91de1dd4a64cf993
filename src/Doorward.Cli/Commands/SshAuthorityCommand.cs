using System.CommandLine;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`ssh-ca`: the key by which the SSH servers of an application trust people.</summary>
internal static class SshAuthorityCommand
{
    private static readonly Argument<string> Application = new("application") { Description = "Whose servers are to trust it", HelpName = "APPLICATION" };

    public static Command Create() => new("ssh-ca", "The key by which an application's SSH servers trust people instead of their keys")
    {
        new Command("show", "Print its public half, as a line for the file that TrustedUserCAKeys names") { Application }.Runs(async (invocation, cancel) =>
        {
            using var client = invocation.Connect();
            var authority = await client.GetAsync($"keys/ssh-authority/{Uri.EscapeDataString(invocation.Value(Application)!)}", cancel);
            if (invocation.Format == OutputFormat.Table) await invocation.Out.WriteLineAsync(authority["line"]!.GetValue<string>());
            else invocation.Print(authority);
        }),
    };
}
