using Doorward.Cli.Output;
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
        if (settings.Listen.IsLoopback && HasNoScreen)
        {
            var authority = ShellWord.Of(Path.Combine(settings.Data.FullName, "ca.pem"));
            output.WriteLine("remote no screen here? From your own machine, bring the port and the certificate there:");
            output.WriteLine($"         ssh -L {settings.Listen.Port}:{settings.Listen} {Login}");
            output.WriteLine($"         scp {Login}:{authority} . && doorward trust install --ca ca.pem");
        }
    }

    public static void Ready(TextWriter output, UpSettings settings) =>
        output.WriteLine($"ready  {settings.Url(SystemApplications.ConsoleLabel)}");

    /// <summary>Said at once, because ending well can take seconds.</summary>
    public static void Stopping(TextWriter output) =>
        output.WriteLine("stop   what is open is cut, and the last records are written");

    private static bool HasNoScreen => IsUnset("DISPLAY") && IsUnset("WAYLAND_DISPLAY") && (OperatingSystem.IsLinux() || !IsUnset("SSH_CONNECTION"));

    // SSH_CONNECTION is client address, client port, server address, server port.
    private static string Login => Environment.GetEnvironmentVariable("SSH_CONNECTION")?.Split(' ') is [_, _, var server, ..]
        ? $"{Environment.UserName}@{server}"
        : $"{Environment.UserName}@{Environment.MachineName}";

    private static bool IsUnset(string name) => string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name));
}
