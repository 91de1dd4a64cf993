using System.Net;
using System.Net.Sockets;
using Doorward.EndToEnd.Tests.Apart;

namespace Doorward.EndToEnd.Tests.Private.Figures;

/// <summary>What a tunnel costs, beside what <c>stunnel</c> does in the same run: <c>bench/tunnels.sh</c>.</summary>
public sealed class TunnelFigures
{
    private const long Bytes = 1L << 30;
    // Until what the gateway runs has been compiled as far as it will be.
    private const int WarmUp = 3;
    private const int OfPort = 450;
    private const int OfSession = 900;
    private const double Gibi = 1 << 30;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Fact(Explicit = true)]
    public async Task One_stream_beside_stunnel()
    {
        Assert.SkipUnless(Stunnel.IsHere, "there is no stunnel");
        using var bulk = new Bulk();
        await using var road = await OpenAsync(bulk);
        var port = await ForwardAsync(road);
        await using var pair = await Stunnel.OpenAsync(bulk.Port, pairs: 1);
        await using var pairs = await Stunnel.OpenAsync(bulk.Port, pairs: 2);
        (string Name, int Port, int[] Processes)[] roads =
        [
            ("stunnel pair", pair.Port, [.. pair.Processes]),
            ("two stunnel pairs", pairs.Port, [.. pairs.Processes]),
            ("doorward", port, [road.Product.Id, .. road.Agents]),
        ];
        for (var warm = 0; warm < WarmUp; warm++)
        {
            await bulk.MoveAsync(port, up: true, Bytes);
            await bulk.MoveAsync(port, up: false, Bytes);
        }

        for (var round = 1; round <= 3; round++)
        {
            foreach (var up in new[] { true, false })
            {
                foreach (var one in roads)
                {
                    var each = one.Processes.Select(static process => Bulk.ProcessorTime([process])).ToArray();
                    var took = await bulk.MoveAsync(one.Port, up, Bytes);
                    each = [.. one.Processes.Select((process, at) => (Bulk.ProcessorTime([process]) - each[at]) * Gibi / Bytes)];
                    System.Console.WriteLine(
                        $"round {round} {(up ? "up  " : "down")} {one.Name,-18} {each.Sum(),5:F2} CPU s/GiB ({string.Join(" + ", each.Select(static part => $"{part:F2}"))})  {Bytes * 8 / took.TotalSeconds / 1e9,5:F2} Gbit/s");
                }
            }
        }
    }

    [Fact(Explicit = true)]
    public async Task Five_thousand_idle_tunnels()
    {
        using var bulk = new Bulk();
        await using var road = await OpenAsync(bulk);
        var open = await IdleAsync(await ForwardAsync(road), OfPort);
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System);
        var (before, connector) = (Bulk.Resident(road.Product.Id), Bulk.Resident(road.Agents.First()));
        while (open.Count < 5000 + OfPort)
        {
            // A session of its own for what one may have open.
            await road.LoginAsync();
            for (var port = 0; port < OfSession / OfPort; port++) open.AddRange(await IdleAsync(await ForwardAsync(road), OfPort));
        }

        await Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System);
        System.Console.WriteLine($"{open.Count} idle tunnels, kilobytes each: gateway {Each(Bulk.Resident(road.Product.Id) - before):F1} (the control plane in the same process), connector {Each(Bulk.Resident(road.Agents.First()) - connector):F1}");
        foreach (var socket in open) socket.Dispose();
        double Each(long bytes) => bytes / 1024.0 / (open.Count - OfPort);
    }

    [Fact(Explicit = true)]
    public async Task Round_trips_of_a_connection()
    {
        using var bulk = new Bulk();
        await using var road = await OpenAsync(bulk);
        var oneWay = TimeSpan.FromMilliseconds(100);
        using var far = new FarAway(road.Product.Port, oneWay);
        road.Way = far.Port;
        await road.LoginAsync();
        var port = await ForwardAsync(road);
        var warm = new List<double>();
        for (var i = 0; i < 10; i++) warm.Add(await TripsAsync(() => Bulk.IdleAsync(port)));
        var cold = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            cold.Add(await TripsAsync(async () =>
            {
                var connect = road.Start(road.As("connect", "bulk"));
                await connect.StandardInput.BaseStream.WriteAsync(new byte[] { 2, 0, 0, 0, 0, 0, 0, 0, 0 });
                await connect.StandardInput.BaseStream.FlushAsync();
                Assert.Equal(1, await connect.StandardOutput.BaseStream.ReadAsync(new byte[1]));
                return connect.StandardInput;
            }));
        }

        System.Console.WriteLine($"round trips until the first answer of the target, median: through forward {Median(warm):F2}, through a connect of its own {Median(cold) + 1:F2} (its start included); straight it is 2");
        static double Median(List<double> all) => all.Order().ElementAt(all.Count / 2);
        async Task<double> TripsAsync<T>(Func<Task<T>> open)
            where T : IDisposable
        {
            var began = TimeProvider.System.GetTimestamp();
            using var opened = await open();
            return TimeProvider.System.GetElapsedTime(began) / (2 * oneWay);
        }
    }

    private static async Task<List<Socket>> IdleAsync(int port, int count)
    {
        var open = new List<Socket>();
        while (open.Count < count) open.AddRange(await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Bulk.IdleAsync(port))));
        return open;
    }

    private static async Task<PrivateRoad> OpenAsync(Bulk bulk)
    {
        // The agent as it is shipped.
        var road = await PrivateRoad.OpenAsync($$"""
            kind: Application
            name: bulk
            connector: site
            tcp: ["127.0.0.1:{{bulk.Port}}"]
            allowSpecialAddresses: true
            ---
            kind: Policy
            name: bulk
            cedar: permit (principal == User::"alice", action == Action::"tunnel", resource == Application::"bulk");
            """, await NativePublication.Agent.PublishAsync());
        await road.LoginAsync();
        return road;
    }

    private static async Task<int> ForwardAsync(PrivateRoad road)
    {
        var forward = road.Start(road.As("forward", "bulk", "--port", "0"));
        _ = Task.Run(async () =>
        {
            while (await forward.StandardError.ReadLineAsync() is { } line) System.Console.WriteLine($"agent: {line}");
        });
        var said = await forward.StandardOutput.ReadLineAsync().WaitAsync(s_patience, TimeProvider.System);
        var port = int.Parse(said!.Split(':')[^1], System.Globalization.CultureInfo.InvariantCulture);
        await PrivateRoad.EventuallyAsync(async () =>
        {
            try
            {
                (await Bulk.IdleAsync(port)).Dispose();
                return true;
            }
            catch (Exception error) when (error is SocketException or EndOfStreamException)
            {
                return false;
            }
        }, () => "no tunnel");
        return port;
    }
}
