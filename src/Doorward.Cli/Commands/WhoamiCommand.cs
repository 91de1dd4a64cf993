using System.CommandLine;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`whoami`: who the installation takes the caller for, and what they may do.</summary>
internal static class WhoamiCommand
{
    public static Command Create() => new Command("whoami", "Say who you are to the installation, and what you may do").Runs(async (invocation, cancel) =>
    {
        using var client = invocation.Connect();
        var me = await client.GetAsync("me", cancel);
        if (invocation.Format == OutputFormat.Table)
        {
            YamlWriter.Write(invocation.Out, me);
            return;
        }

        invocation.Print(me);
    });
}
