using System.Net.Sockets;
using Doorward.Cli.Connection;

namespace Doorward.Cli.Health;

/// <summary>Whether the port of the doors takes connections.</summary>
internal static class DoorsCheck
{
    public static async Task<Finding> RunAsync(DirectoryInfo data, CancellationToken cancel)
    {
        if (ServerFile.Read(data) is not { } server)
        {
            return new Finding(false, "it has never run here", "start it with `doorward up`") { IsAbsent = true };
        }

        using var socket = new Socket(server.Listener.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(server.Listener, cancel);
            return new Finding(true, $"{server.Listener} listens");
        }
        catch (SocketException error)
        {
            return new Finding(false, $"{server.Listener}: {error.Message}", "start it with `doorward up`, or look at its log") { IsAbsent = true };
        }
    }
}
