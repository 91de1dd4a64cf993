using System.CommandLine;
using Doorward.Cli.Output;

namespace Doorward.Cli.Commands;

/// <summary>`status`: whether it serves, where, how far each gateway is, and what happens on it now.</summary>
internal static class StatusCommand
{
    // A series is for charts.
    private const string Series = "rates";

    public static Command Create() => new Command("status", "Say whether the installation serves, where, what happens on it now, and what waits for somebody").Runs(async (invocation, cancel) =>
    {
        using var client = invocation.Connect();
        var status = await client.GetAsync("status", cancel);
        var overview = (await client.GetAsync("overview", cancel)).AsObject();
        overview.Remove(Series);
        status["overview"] = overview;
        status["storage"] = await client.GetAsync("storage", cancel);
        if (invocation.Format == OutputFormat.Table)
        {
            YamlWriter.Write(invocation.Out, status);
            return;
        }

        invocation.Print(status);
    });
}
