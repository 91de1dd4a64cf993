using Doorward.Core.Applications;

namespace Doorward.Cli.Hosting;

/// <summary>What <c>up</c> says: where things are first, and last, when all serves, the line that begins with <c>ready</c>.</summary>
internal static class Greeting
{
    public static void Begin(TextWriter output, UpSettings settings)
    {
        output.WriteLine($"data   {settings.Data.FullName}");
        output.WriteLine($"logs   {settings.Logs}");
        output.WriteLine($"doors  {settings.Url("*")} on {settings.Listen}");
        if (settings.Listen.IsLoopback && !Environment.UserInteractive)
            return;
        if (settings.Listen.IsLoopback && Environment.GetEnvironmentVariable("SSH_CONNECTION") is not null)
        {
            output.WriteLine($"remote this listens on loopback: on your own machine run `ssh -L {settings.Listen.Port}:localhost:{settings.Listen.Port} ...`,");
            output.WriteLine($"       copy {Path.Combine(settings.Data.FullName, "ca.pem")} and trust it there with `doorward trust install --ca ca.pem`");
        }
    }

    public static void Ready(TextWriter output, UpSettings settings) =>
        output.WriteLine($"ready  {settings.Url(SystemApplications.ConsoleLabel)}");
}
