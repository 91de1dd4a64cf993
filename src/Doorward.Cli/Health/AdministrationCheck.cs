using Doorward.Cli.Connection;

namespace Doorward.Cli.Health;

/// <summary>Whether the control plane answers on the local socket.</summary>
internal static class AdministrationCheck
{
    public static async Task<Finding> RunAsync(DirectoryInfo data, CancellationToken cancel)
    {
        var local = new ControlEndpoint.Local(data);
        try
        {
            using var client = new ControlClient(local);
            await client.GetAsync("status", cancel);
            return new Finding(true, $"answers on {local.SocketPath}");
        }
        catch (CommandFailure failure) when (failure.NothingRuns)
        {
            return new Finding(false, $"nothing runs on {data.FullName}", "start it with `doorward up`") { IsAbsent = true };
        }
        catch (CommandFailure failure)
        {
            return new Finding(false, failure.Line["doorward: ".Length..]);
        }
    }
}
