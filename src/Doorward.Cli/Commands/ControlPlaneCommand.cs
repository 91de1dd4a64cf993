using System.CommandLine;
using System.Net.Sockets;
using Doorward.Cli.Hosting;
using Doorward.Control;
using Doorward.Control.Audit;
using Doorward.Control.Identity.Invitations;
using Doorward.Control.Storage;
using Microsoft.Extensions.Options;

namespace Doorward.Cli.Commands;

/// <summary>`control-plane`: the control plane by itself; gateways elsewhere join it.</summary>
internal static class ControlPlaneCommand
{
    private static readonly Option<FileInfo> Config = new("--config") { Description = "JSON file with data, domain, publicPort and listen", HelpName = "FILE", Required = true };

    public static Command Create() => new Command("control-plane", "Run the control plane by itself") { Config }.Runs(RunAsync);

    private static async Task RunAsync(Invocation invocation, CancellationToken cancel)
    {
        var file = invocation.Value(Config)!;
        var options = ControlPlaneFile.Read(file);
        var logs = Path.Combine(options.DataDirectory, "logs");
        try
        {
            await using var control = await ControlPlane.BuildAsync(ControlPlaneParts.Add(options, logging => FileLog.Add(logging, logs)), cancel);
            await control.StartAsync(cancel);
            invocation.Out.WriteLine($"data   {options.DataDirectory}");
            invocation.Out.WriteLine($"logs   {logs}");
            var link = await control.Services.GetRequiredService<BootstrapInvitations>().EnsureAsync(cancel);
            await AdministratorLink.HandOutAsync(invocation.Out, options.DataDirectory, link, control.Services.GetRequiredService<InvitationLinks>(), cancel);
            invocation.Out.WriteLine($"ready  {ControlPlane.InternalAddress(control.Services)}");
            await invocation.Out.FlushAsync(cancel);
            await using var told = control.Lifetime.ApplicationStopping.Register(() => Greeting.Stopping(invocation.Out));
            await control.WaitForShutdownAsync(cancel);
        }
        catch (InstallationException refused)
        {
            throw new CommandFailure(refused.Message, cause: refused);
        }
        catch (Exception refused) when (refused is OptionsValidationException or AuditUnavailableException)
        {
            throw new CommandFailure(refused.Message, where: file.FullName, cause: refused);
        }
        catch (IOException taken) when (taken.InnerException is SocketException or Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new CommandFailure("the port is taken", "stop what listens there, or choose another with listen", options.Listen.ToString(), taken);
        }
        catch (SocketException unusable)
        {
            throw new CommandFailure($"cannot listen: {unusable.Message}", "choose an address of this machine with listen", options.Listen.ToString(), unusable);
        }
    }
}
