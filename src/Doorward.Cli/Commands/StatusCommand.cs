using System.CommandLine;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`status`: whether it serves, where, and how far each gateway is.</summary>
internal static class StatusCommand
{
    public static Command Create() => new Command("status", "Say whether the installation serves, and where").Runs(async (invocation, cancel) =>
    {
        using var client = invocation.Connect();
        var status = await client.GetAsync("status", cancel);
        if (invocation.Format == OutputFormat.Table)
        {
            YamlWriter.Write(invocation.Out, status);
            return;
        }

        invocation.Print(status);
    });
}
