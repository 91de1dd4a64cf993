using Doorward.Agent.People;

namespace Doorward.Agent.Tunnels;

/// <summary>One tunnel on this program's input and output, as SSH wants of a ProxyCommand.</summary>
internal static class ConnectCommand
{
    public static int Run(TunnelOptions options, TextWriter errors, TimeProvider time) => LoginCommand.Telling(errors, async ct =>
    {
        using var dialer = new TunnelDialer(SignedIn.Read(options.Folder), options.State, time);
        var (call, refusal) = await dialer.OpenAsync(options.Application, options.Target, ct);
        if (call is null)
        {
            await refusal!.TellAsync(errors, options.Application);
            return 1;
        }

        using var local = new StdioLocal();
        return await PersonalTunnel.CarryAsync(call, local, options.Application, errors, time, readerBlocks: true) ? 0 : 1;
    });
}
