using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using Doorward.Core.Identifiers;
using Doorward.Core.Tunnels;
using Doorward.Gateway.Connections;
using Doorward.Gateway.Tests.Deciding;
using Doorward.Testing.ControlPlane;

namespace Doorward.Gateway.Tests.Tunnels;

/// <summary>Data connections at a gateway: who has one, who is refused one, and that a tunnel goes on whatever comes of it.</summary>
public sealed class DataConnectionTests
{
    private const int Much = 3 * DataConnection.WorthBytes;

    [Fact]
    public async Task The_whole_path_moves_and_every_byte_is_as_it_was_and_counts()
    {
        await using var site = await TunnelSite.StartAsync();
        site.Connector.Dial = site.Dials("/connector/hq/rep1").DialAsync;
        var (_, person, _) = await TestPerson.OpenAsync(site.Http, site.Token("alice"), dial: site.Dials().DialAsync);
        Assert.True(await person!.ExchangeAsync(Much));
        await Eventually.TrueAsync(() => site.DataHeld == 2, "both legs have moved");
        Assert.True(await person.ExchangeAsync(Much));
        await Eventually.TrueAsync(
            () => site.Gateway.Plane.Grants.Values.Any(static grant => grant.Connections.Any(static one => (one.BytesIn, one.BytesOut) == (2 * Much, 2 * Much))), "its bytes are told");
        await person.FinishAsync();
        await Eventually.TrueAsync(() => site is { DataHeld: 0, Target.Open: 0 }, "nothing of it is left");
        Assert.Equal(0, site.Target.Resets);
    }

    [Fact]
    public async Task Nothing_is_offered_to_who_does_not_say_that_he_can_dial()
    {
        await using var site = await TunnelSite.StartAsync();
        foreach (var (doesPerson, doesConnector, held) in new[] { (false, false, 0), (true, false, 1), (false, true, 1) })
        {
            site.Connector.Dial = doesConnector ? site.Dials("/connector/hq/rep1").DialAsync : null;
            var (_, person, _) = await TestPerson.OpenAsync(site.Http, site.Token("alice"), dial: doesPerson ? site.Dials().DialAsync : null);
            Assert.True(await person!.ExchangeAsync(Much));
            await Eventually.TrueAsync(() => site.DataHeld == held, "who can has moved");
            Assert.True(await person.ExchangeAsync(DataConnection.WorthBytes));
            Assert.Equal(held, site.DataHeld);
            await person.FinishAsync();
            await Eventually.TrueAsync(() => site.DataHeld == 0, "nothing of it is left");
        }
    }

    [Fact]
    public async Task A_ticket_that_is_another_was_used_or_is_shown_by_another_ends_the_connection_and_the_tunnel_goes_on()
    {
        await using var site = await TunnelSite.StartAsync();
        var (laptop, other) = (DeviceId.New().Value, DeviceId.New().Value);
        site.Gateway.Plane.Commit(Scenario.Device(laptop), Scenario.Device(other));
        using var onLaptop = TestConnector.Client(site.Gateway, $"/device/{laptop}");
        await Eventually.TrueAsync(() => site.Gateway.State.Current.Devices.ContainsKey(laptop), "the devices are known");

        // Whose the stream is, and who shows its ticket.
        foreach (var (from, shower) in new[] { (onLaptop, null), (onLaptop, $"/device/{other}"), (onLaptop, "/connector/hq/rep1"), (site.Http, $"/device/{laptop}"), (site.Http, "/connector/hq/rep1") })
        {
            var (person, ticket) = await OfferedAsync(site, from, from == onLaptop ? laptop : null);
            await using (person)
            {
                Assert.Equal(1, site.DataHeld);
                await site.Dials(shower).EndsAsync(ticket);
                Assert.Equal(0, site.DataHeld);

                // It was used.
                await site.Dials(from == onLaptop ? $"/device/{laptop}" : null).EndsAsync(ticket);
                Assert.True(await person.ExchangeAsync(Much));
                Assert.Equal(0, site.DataHeld);
                await person.Leg.EndAsync();
            }
        }

        // The right one, of the same device with another certificate; then once more.
        var (mine, good) = await OfferedAsync(site, onLaptop, laptop);
        var forged = good.ToArray();
        forged[^1] ^= 1;
        await site.Dials($"/device/{laptop}").EndsAsync(forged);
        Assert.Equal(1, site.DataHeld);
        var (tls, _) = await site.Dials($"/device/{laptop}").ConnectAsync();
        await using (tls)
        {
            // In single bytes; whatever they come in, in time.
            foreach (var each in good) await tls.WriteAsync(new[] { each });
            await Eventually.TrueAsync(() => site.Gateway.Part<AnonymousTraffic>().Newcomers.Count == 0, "it is not a newcomer any more");
            await site.Dials($"/device/{laptop}").EndsAsync(good);
            Assert.Equal(1, site.DataHeld);
            await mine.DisposeAsync();
            await DataClient.EndsAsync(tls);
        }

        await Eventually.TrueAsync(() => site is { DataHeld: 0, Target.Open: 0 }, "nothing is left");
    }

    [Fact]
    public async Task No_other_host_has_the_protocol_and_what_is_no_ticket_ends_the_connection()
    {
        await using var site = await TunnelSite.StartAsync();
        var client = site.Dials();
        foreach (var host in new[] { DecidingGateway.Wiki, "auth.door.test", "console.door.test" })
            await Assert.ThrowsAnyAsync<Exception>(() => client.ConnectAsync(host));
        await Assert.ThrowsAsync<AuthenticationException>(async () => await client.ConnectAsync(protocol: new SslApplicationProtocol("doorward-tunnel-data/2")));
        foreach (var said in new[] { "GET /health/live HTTP/1.1\r\nHost: agent.door.test\r\n\r\n"u8.ToArray(), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"u8.ToArray(), RandomNumberGenerator.GetBytes(100_000) })
        {
            await client.EndsAsync(said);
        }
    }

    [Fact]
    public async Task Those_that_say_nothing_or_half_a_ticket_are_newcomers_who_push_each_other_out_and_nobody_else()
    {
        const int limit = 4;
        await using var site = await TunnelSite.StartAsync(configure: static options => options with { NewcomerLimit = limit });
        await using var person = await site.FlowAsync(site.Token("alice"));
        var flowing = person.DrainAsync();
        var silent = new List<SslStream>();
        for (var i = 0; i < 3 * limit; i++)
        {
            var (tls, _) = await site.Dials().ConnectAsync();
            if (i % 2 == 0) await tls.WriteAsync(new byte[DataConnection.TicketBytes - 1]);
            silent.Add(tls);
        }

        foreach (var tls in silent[..^limit]) await DataClient.EndsAsync(tls);
        Assert.InRange(site.Gateway.Part<AnonymousTraffic>().Newcomers.Count, 1, limit);
        Assert.False(flowing.IsCompleted);
        Assert.Equal(2, site.DataHeld);

        foreach (var tls in silent) await tls.DisposeAsync();
        Assert.False(flowing.IsCompleted);
    }

    [Fact]
    public async Task So_many_are_held_and_a_session_has_half_as_many_as_it_may_have_connections_and_more_go_on_over_their_streams()
    {
        await using var site = await TunnelSite.StartAsync(configure: static options => options with { DataConnectionLimit = 3, SessionRequestLimit = 6 });
        var token = site.Token("alice");
        var dials = site.Dials();
        var people = new List<TestPerson>();
        for (var i = 0; i < 3; i++)
        {
            var (status, person, _) = await TestPerson.OpenAsync(site.Http, token, dial: dials.DialAsync);
            Assert.Equal(200, status);
            Assert.True(await person!.ExchangeAsync(Much));
            people.Add(person);
        }

        // One brings the requests. The third of the others was offered, and was not taken.
        await Eventually.TrueAsync(() => site.DataHeld == 2 && dials.Dialed == 3, "its session has no more");
        var others = site.Dials();
        for (var i = 0; i < 2; i++)
        {
            var (_, person, _) = await TestPerson.OpenAsync(site.Http, site.Token("bob"), dial: others.DialAsync);
            Assert.True(await person!.ExchangeAsync(Much));
            people.Add(person);
        }

        Assert.Equal((3, 1), (site.DataHeld, others.Dialed));
        foreach (var person in people) Assert.True(await person.ExchangeAsync(100_000));
        foreach (var person in people) await person.FinishAsync();
        await Eventually.TrueAsync(() => site.DataHeld == 0, "nothing is left");
    }

    /// <summary>A tunnel to which one was offered, that does not dial.</summary>
    private static async Task<(TestPerson Person, byte[] Ticket)> OfferedAsync(TunnelSite site, HttpMessageInvoker http, string? device)
    {
        var ticket = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var token = site.Gateway.Plane.SignInAgent($"ses_{Identifier.New("x")}", "alice", TimeProvider.System.GetUtcNow(), device: device ?? "");
        var (status, person, problem) = await TestPerson.OpenAsync(http, token, dial: (said, _) =>
        {
            ticket.SetResult(said.ToArray());
            return Task.FromResult<DataConnection?>(null);
        });
        Assert.True(status == 200, $"{problem}");
        Assert.True(await person!.ExchangeAsync(Much));
        return (person, await ticket.Task.WaitAsync(TimeSpan.FromSeconds(20)));
    }
}
