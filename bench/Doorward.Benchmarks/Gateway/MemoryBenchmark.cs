using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Doorward.Core.Protocol;
using Doorward.Gateway.Feed;
using Doorward.Testing.ControlPlane;
using Doorward.Testing.Product;

namespace Doorward.Benchmarks.Gateway;

/// <summary>
/// Resident memory of an idle keep-alive connection over TLS, beside Kestrel with the same proxy and nothing in front; and managed
/// memory of a session that the gateway follows (design section 11).
/// </summary>
internal static class MemoryBenchmark
{
    private const int Sessions = 100_000;

    public static async Task<int> RunAsync(string[] arguments)
    {
        // One session answers for 1,000 connections, and as many more are held that nobody answers for.
        var connections = GatewayBenchmark.Option(arguments, "--connections", 1500);
        var certificate = GatewayBenchmark.NewCertificate();
        try
        {
            using var upstream = await PeerProcess.StartAsync("serve-upstream");
            using var yarp = await PeerProcess.StartAsync("serve-yarp", upstream.Address.ToString(), certificate);
            await using var product = await ProductProcess.StartAsync("--session-rate", "0");
            var doorward = await GatewayBenchmark.DoorwardAsync(product, upstream.Address);
            var plain = new Load("kestrel", yarp.Id, yarp.Address.Port, "localhost", "");
            Console.WriteLine($"{connections} idle connections over TLS, each after one request");
            foreach (var load in new[] { plain, doorward })
                Console.WriteLine($"{load.Name,-12} {await OfConnectionAsync(load, connections) / 1024.0,8:F1} KB a connection");
            Console.WriteLine($"a followed session with its credential: {OfSession()} bytes");
            return 0;
        }
        finally
        {
            File.Delete(certificate);
        }
    }

    private static async Task<long> OfConnectionAsync(Load load, int count)
    {
        // What the first requests bring in for good is not a connection's.
        var first = await load.OpenIdleAsync(200);
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
        var before = Resident(load.ProcessId);
        var open = await load.OpenIdleAsync(count);
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System);
        var used = Resident(load.ProcessId) - before;
        foreach (var connection in first.Concat(open))
            await connection.DisposeAsync();
        return used / count;
    }

    private static long OfSession()
    {
        var table = new SessionTable(Sessions + 1);
        table.Reset(1);
        var now = TimeProvider.System.GetUtcNow();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var number = 0; number < Sessions; number++)
        {
            var reply = new ResolveReply
            {
                Revision = 1,
                Found = true,
                HandleHost = "wiki.doorward.test",
                Session = Scenario.Session($"ses_{number}", $"user{number}", 2, now).Session,
                Subject = Scenario.User($"user{number}").Subject,
            };
            table.Admit(CredentialKey.Of(Encoding.ASCII.GetBytes(reply.Session.Id)), reply, out _);
        }

        var used = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(table);
        return used / Sessions;
    }

    private static long Resident(int process)
    {
        using var found = Process.GetProcessById(process);
        return found.WorkingSet64;
    }
}
