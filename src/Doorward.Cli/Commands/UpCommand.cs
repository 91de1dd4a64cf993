using System.CommandLine;
using System.Net.Sockets;
using Doorward.Cli.Connection;
using Doorward.Cli.Demo;
using Doorward.Cli.Hosting;
using Doorward.Control.Audit;
using Doorward.Control.Storage;
using Doorward.Gateway;

namespace Doorward.Cli.Commands;

/// <summary>`up`: the whole product in one process, until it is told to stop.</summary>
internal static class UpCommand
{
    private static readonly Option<ListenAddress> Listen = new("--listen")
    {
        Description = "Address and port of all doors; localhost is both loopbacks",
        HelpName = "HOST:PORT",
        DefaultValueFactory = _ => ListenAddress.Default,
        CustomParser = result =>
        {
            if (ListenAddress.Parse(result.Tokens[0].Value) is { } address)
            {
                return address;
            }

            result.AddError($"--listen '{result.Tokens[0].Value}' is not HOST:PORT with an IP address or localhost");
            return null;
        },
    };

    private static readonly Option<string> Domain = new("--domain")
    {
        Description = "Domain below which all doors are",
        HelpName = "NAME",
        DefaultValueFactory = _ => UpSettings.DefaultDomain,
    };

    private static readonly Option<bool> Demo = new("--demo") { Description = "Add two small applications, a user and policies, and print a tour (loopback only)" };

    private static readonly Option<int> SessionRate = new Option<int>("--session-rate")
    {
        Description = "Requests a second that one session may make; 0 is no limit",
        HelpName = "N",
        DefaultValueFactory = _ => 1_000,
    }.Within(0, int.MaxValue);

    public static Command Create() => new Command("up", "Run the whole product: sign-in, policy, gateway, audit") { Listen, Domain, Demo, SessionRate }.Runs(RunAsync);

    private static async Task RunAsync(Invocation invocation, CancellationToken cancel)
    {
        var settings = new UpSettings(invocation.Data, invocation.Value(Listen)!, invocation.Value(Domain)!.ToLowerInvariant(), invocation.Value(Demo), invocation.Value(SessionRate));
        if (settings.Demo && !settings.Listen.IsLoopback)
        {
            throw new CommandFailure("--demo is for this machine only", "leave --listen on a loopback address", settings.Listen.ToString()) { ExitCode = CommandLine.WrongUsage };
        }

        if (await new ControlEndpoint.Local(settings.Data).IsRunningAsync(cancel))
        {
            throw new CommandFailure("Doorward already runs on this data", "stop that one first, or choose another folder with --data", settings.Data.FullName);
        }

        settings.Listen.EnsureFree();
        await using var product = await StartAsync(settings, () => Greeting.Begin(invocation.Out, settings), cancel);
        new ServerFile { Address = settings.Listen.Host, Port = settings.Listen.Port, Domain = settings.Domain }.Write(settings.Data);
        await using var demo = settings.Demo ? await DemoSetup.StartAsync(settings, cancel) : null;
        var link = await product.AdministratorLinkAsync(cancel);
        await AdministratorLink.HandOutAsync(invocation.Out, settings.Data.FullName, link, product.Invitations, cancel);
        demo?.PrintTour(invocation.Out, isLinkGiven: link is not null);
        Greeting.Ready(invocation.Out, settings);
        await invocation.Out.FlushAsync(cancel);
        await using var told = product.Stopping.Register(() => Greeting.Stopping(invocation.Out));
        try
        {
            await product.WaitForShutdownAsync(cancel);
        }
        catch (InvalidOperationException failed)
        {
            throw new CommandFailure(failed.Message, $"see the log in {settings.Logs}", cause: failed);
        }
    }

    private static async Task<Product> StartAsync(UpSettings settings, Action opened, CancellationToken cancel)
    {
        try
        {
            return await Product.StartAsync(settings, logging => FileLog.Add(logging, settings.Logs), opened, cancel);
        }
        catch (Exception refused) when (refused is InstallationException or AuditUnavailableException)
        {
            throw new CommandFailure(refused.Message, cause: refused);
        }
        catch (GatewayOptionsException refused)
        {
            throw new CommandFailure(refused.Message, "move the folder away: the gateway joins anew at the next start", Path.Combine(settings.Data.FullName, "gateway"), refused);
        }
        catch (ArgumentException wrong)
        {
            throw new CommandFailure(wrong.Message, cause: wrong) { ExitCode = CommandLine.WrongUsage };
        }
        catch (IOException taken) when (taken.InnerException is SocketException)
        {
            throw new CommandFailure("the port is taken", "stop what listens there, or choose another with --listen", settings.Listen.ToString(), taken);
        }
    }
}
