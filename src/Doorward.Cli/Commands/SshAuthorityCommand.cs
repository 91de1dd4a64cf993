using System.CommandLine;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`ssh-ca`: the key by which SSH servers trust people.</summary>
internal static class SshAuthorityCommand
{
    public static Command Create() => new("ssh-ca", "The key by which SSH servers trust people instead of their keys")
    {
        new Command("show", "Print its public half, as a line for the file that TrustedUserCAKeys names") { }.Runs(async (invocation, cancel) =>
        {
            using var client = invocation.Connect();
            var authority = await client.GetAsync("keys/ssh-authority", cancel);
            if (invocation.Format == OutputFormat.Table) await invocation.Out.WriteLineAsync(authority["line"]!.GetValue<string>());
            else invocation.Print(authority);
        }),
    };
}
