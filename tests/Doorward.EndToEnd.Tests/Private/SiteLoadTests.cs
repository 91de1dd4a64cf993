using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Doorward.EndToEnd.Tests.Namespaces;

namespace Doorward.EndToEnd.Tests.Private;

/// <summary>Much through one tunnel arrives as it was sent; many tunnels leave nothing behind.</summary>
[Collection(nameof(PrivateSite))]
public sealed class SiteLoadTests(PrivateSite site, ITestOutputHelper output)
{
    private const long Mega = 1_000_000;

    [Fact]
    public Task What_is_carried_arrives_byte_for_byte_both_ways() => CarryAsync(200 * Mega, 50 * Mega);

    [Fact(Explicit = true)]
    public Task Ten_gigabytes_arrive_byte_for_byte() => CarryAsync(10_000 * Mega, 1_000 * Mega);

    [Fact]
    public Task Three_hundred_tunnels_leave_nothing_behind() => CountAsync(300);

    [Fact(Explicit = true)]
    public Task Ten_thousand_tunnels_leave_nothing_behind() => CountAsync(10_000);

    // By a command's own connections, and by those of the machine's agent.
    private async Task CarryAsync(long down, long up)
    {
        Assert.SkipWhen(PrivateSite.Missing is not null, PrivateSite.Missing ?? "");
        await CarryAsync(site.Bob, "loud", down, up);
        await CarryAsync(site.Alice, "bytes", down, up);
    }

    private async Task CarryAsync(Commuter person, string application, long down, long up)
    {
        var (agent, port) = await person.ForwardAsync(application);
        await using (agent)
        {
            using (var socket = await person.ConnectAsync(port))
            {
                await using var stream = new NetworkStream(socket);
                var asked = new byte[1 + sizeof(long)];
                asked[0] = (byte)'D';
                BinaryPrimitives.WriteInt64BigEndian(asked.AsSpan(1), down);
                var began = TimeProvider.System.GetTimestamp();
                await stream.WriteAsync(asked);
                var (length, digest) = await ByteServer.TakeAsync(stream);
                Assert.Equal((down, site.Bytes.SentDigest), (length, digest));
                Tell($"{application}, down", down, digest, began);
            }

            using (var socket = await person.ConnectAsync(port))
            {
                await using var stream = new NetworkStream(socket);
                var began = TimeProvider.System.GetTimestamp();
                await stream.WriteAsync("U"u8.ToArray());
                var sent = await ByteServer.SendAsync(stream, up);
                socket.Shutdown(SocketShutdown.Send);
                var answer = new byte[32];
                await stream.ReadExactlyAsync(answer);
                Assert.Equal(sent, Convert.ToHexStringLower(answer));
                Tell($"{application}, up", up, sent, began);
            }
        }
    }

    private void Tell(string way, long length, string digest, long began)
    {
        var took = TimeProvider.System.GetElapsedTime(began);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{way}: {length / 1e9:0.0} GB in {took.TotalSeconds:0.0} s ({length * 8 / took.TotalSeconds / 1e9:0.00} Gbit/s), sha256 {digest}"));
    }

    private async Task CountAsync(int tunnels)
    {
        Assert.SkipWhen(PrivateSite.Missing is not null, PrivateSite.Missing ?? "");
        var (agent, port) = await site.Bob.ForwardAsync("loud");
        await using (agent)
        {
            (string Name, int Id)[] processes = [("control plane", site.Product.Control!.Id), ("gateway", site.Product.Gateway!.Id), ("connector", site.Connector!.Id), ("agent", agent.Id)];

            // What is made once, and grows to its size, is not left behind by each.
            await OpenAsync(port, Math.Min(tunnels, 500));
            await NothingOpenAsync();
            var before = processes.Select(static process => Look(process.Id)).ToList();
            var began = TimeProvider.System.GetTimestamp();
            await OpenAsync(port, tunnels);
            output.WriteLine($"{tunnels} tunnels in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s");
            await NothingOpenAsync();
            foreach (var ((name, id), (descriptors, resident)) in processes.Zip(before))
            {
                var last = Look(id);
                await PrivateRoad.EventuallyAsync(() => Task.FromResult((last = Look(id)).Descriptors <= descriptors + 10), () => $"{name}: {descriptors} descriptors before, {last.Descriptors} after {tunnels} tunnels");
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: descriptors {descriptors} -> {last.Descriptors}, resident {resident / 1e6:0} -> {last.Resident / 1e6:0} MB"));
                Assert.True(last.Resident - resident < 60 * Mega, $"{name}: {resident / Mega} MB before, {last.Resident / Mega} MB after {tunnels} tunnels");
            }
        }
    }

    private async Task OpenAsync(int port, int tunnels)
    {
        var left = tunnels;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                // One session may not ask for as many at a time as it likes.
                Socket? socket;
                for (var attempt = 0; (socket = await Probe.OpenAsync(site.Bob, port)) is null; attempt++)
                {
                    Assert.True(attempt < 50, "refused again and again");
                    await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
                }

                using (socket)
                {
                    Assert.True(await Probe.SaysAsync(socket, "through", Probe.Patient));
                    socket.Shutdown(SocketShutdown.Send);
                    Assert.Equal(0, await socket.ReceiveAsync(new byte[1], SocketFlags.None).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System));
                }
            }
        }));
    }

    private async Task NothingOpenAsync()
    {
        await PrivateRoad.EventuallyAsync(() => Task.FromResult(site.Bytes.Open == 0), () => $"{site.Bytes.Open} connections are open at the target");
        await PrivateRoad.EventuallyAsync(
            async () => (await site.Api.GetAsync("grants"))!["items"]!.AsArray().Where(static grant => (string?)grant!["application"] == "loud").Sum(static grant => (int)grant!["connections"]!) == 0,
            static () => "tunnels are listed that are over");
    }

    private static (int Descriptors, long Resident) Look(int process)
    {
        using var looked = Process.GetProcessById(process);
        return (Directory.GetFiles($"/proc/{process}/fd").Length, looked.WorkingSet64);
    }
}
