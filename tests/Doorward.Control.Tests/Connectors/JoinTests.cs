using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Doorward.Core.Identifiers;
using Doorward.Core.Tunnels;
using Doorward.Core.Tunnels.Joining;
using Doorward.Testing.Devices;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Tests.Connectors;

/// <summary>How machines become replicas, and how their keys are certified.</summary>
public sealed class JoinTests(ConnectorWorld world) : IClassFixture<ConnectorWorld>
{
    [Fact]
    public async Task A_link_makes_one_replica_of_a_hundred_that_come_at_once()
    {
        var link = await world.InviteAsync();
        var before = await CountAsync();
        var machines = Enumerable.Range(0, 100).Select(_ => world.NewReplica()).ToList();
        var answers = await Task.WhenAll(machines.Select(machine => machine.JoinAsync(link)));
        Assert.Single(answers, static answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(static answer => answer.Status != HttpStatusCode.OK), static answer => Assert.Equal("link", answer.Problem?.Code));
        Assert.Equal(before + 1, await CountAsync());
        machines.ForEach(static machine => machine.Dispose());
    }

    [Fact]
    public async Task A_replica_is_certified_by_the_name_of_its_connector_and_itself()
    {
        using var replica = await world.JoinAsync();
        Assert.Equal($"https://agent.{TestInstallation.Domain}:8443", replica.Joined!.Agent);
        Assert.Equal(("hq", replica.Id), SpiffeId.Of(replica.Certificate!)?.Replica);
        Assert.False(replica.Certificate!.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
        Assert.InRange(replica.Certificate.NotAfter - TimeProvider.System.GetUtcNow().UtcDateTime, TimeSpan.FromHours(20), TimeSpan.FromHours(34));
        var record = Assert.Single(await world.Devices.AuditAsync("connector.join"), entry => entry.GetProperty("target").GetString() == $"Connector/hq/{replica.Id}");
        Assert.Equal("joined", record.GetProperty("outcome").GetString());
    }

    [Theory]
    [InlineData("for a CA")]
    [InlineData("with RSA")]
    [InlineData("on a weak curve")]
    [InlineData("with a broken signature")]
    [InlineData("with bytes behind")]
    [InlineData("that is none")]
    public async Task A_request_that_asks_for_more_or_with_a_weak_key_is_refused_and_the_link_stays_good(string what)
    {
        var link = await world.InviteAsync();
        using var replica = world.NewReplica();
        Assert.Equal("signing-request", (await replica.JoinAsync(link, Bad(what, replica.Key))).Problem?.Code);
        Assert.Equal(HttpStatusCode.OK, (await replica.JoinAsync(link)).Status);
        var order = replica.Order();
        Assert.Equal("signing-request", (await replica.SendOrderAsync(replica.Sign(order with { SigningRequest = Bad(what, replica.Key) }))).Problem?.Code);
        Assert.Equal(HttpStatusCode.OK, (await replica.SendOrderAsync(replica.Sign(order))).Status);
    }

    [Fact]
    public async Task A_link_that_is_used_of_a_device_or_expired_joins_nothing()
    {
        var link = await world.InviteAsync();
        using var replica = world.NewReplica();
        Assert.Equal(HttpStatusCode.OK, (await replica.JoinAsync(link)).Status);
        using var second = world.NewReplica();
        Assert.Equal((HttpStatusCode.Forbidden, "link"), ((await second.JoinAsync(link)).Status, (await second.JoinAsync(link)).Problem?.Code));

        var ofDevice = await world.Devices.InviteAsync();
        Assert.Equal("link", (await second.JoinAsync(new ConnectorLink(ofDevice.Origin, ofDevice.Secret))).Problem?.Code);
        using var device = world.Devices.NewDevice();
        var ofConnector = await world.InviteAsync();
        Assert.Equal("link", (await device.EnrolAsync(new Core.Devices.Enrolment.EnrolmentLink(ofConnector.Origin, ofConnector.Secret))).Problem?.Code);

        await using (var db = world.Control.Open())
        {
            var hash = Credential.Hash(ofConnector.Secret.Secret);
            await db.ConnectorInvitations.Where(i => i.Hash == hash).ExecuteUpdateAsync(set => set.SetProperty(static i => i.Expires, TimeProvider.System.GetUtcNow().AddSeconds(-1)));
        }

        Assert.Equal("link", (await second.JoinAsync(ofConnector)).Problem?.Code);
        Assert.Equal(HttpStatusCode.OK, (await second.JoinAsync(await world.InviteAsync())).Status);
    }

    [Fact]
    public async Task A_link_that_names_another_root_joins_nothing_and_stays_good()
    {
        var link = await world.InviteAsync();
        using var replica = world.NewReplica();
        var altered = link with { Secret = link.Secret with { ComponentFingerprint = link.Secret.WebFingerprint } };
        Assert.Equal("link", (await replica.JoinAsync(altered)).Problem?.Code);
        Assert.Equal(HttpStatusCode.OK, (await replica.JoinAsync(link)).Status);
    }

    [Theory]
    [InlineData("altered")]
    [InlineData("unknown")]
    public async Task Whoever_comes_with_a_link_that_is_none_is_on_record_once(string what)
    {
        await using var apart = new ConnectorWorld();
        await apart.InitializeAsync();
        var link = await apart.InviteAsync();
        using var replica = apart.NewReplica();
        var none = link with
        {
            Secret = what == "altered" ? link.Secret with { ComponentFingerprint = link.Secret.WebFingerprint } : link.Secret with { Secret = string.Concat(link.Secret.Secret.Reverse()) },
        };
        for (var i = 0; i < 3; i++) Assert.Equal("link", (await replica.JoinAsync(none)).Problem?.Code);
        var told = Assert.Single(await apart.Devices.AuditAsync("link-refused"));
        Assert.Equal(("connector.join", "192.0.2.7"), (told.GetProperty("target").GetString(), told.GetProperty("details").GetProperty("address").GetString()));
    }

    [Fact]
    public async Task Links_that_nobody_has_used_are_listed_and_can_be_taken_back()
    {
        await world.PutAsync("connectors/withdrawn", new { });
        using var joined = await world.JoinAsync("withdrawn");
        var (first, second) = (await world.InviteAsync("withdrawn"), await world.InviteAsync("withdrawn"));
        var elsewhere = await world.InviteAsync("branch");
        Assert.Equal(2, (await world.StateAsync("withdrawn")).GetProperty("links").GetArrayLength());

        using (var taken = await world.Local.PostAsync("connectors/withdrawn/invitations/withdraw", null))
            Assert.Equal(2, (await taken.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("withdrawn").GetInt32());
        Assert.Equal(0, (await world.StateAsync("withdrawn")).GetProperty("links").GetArrayLength());
        foreach (var link in new[] { first, second })
        {
            using var late = world.NewReplica();
            Assert.Equal("link", (await late.JoinAsync(link)).Problem?.Code);
        }

        // Who has joined stays, and so do links of others.
        Assert.Equal(HttpStatusCode.OK, (await joined.CertifyAsync()).Status);
        using (var other = world.NewReplica()) Assert.Equal(HttpStatusCode.OK, (await other.JoinAsync(elsewhere)).Status);
        Assert.Single(
            await world.Devices.AuditAsync("connector.withdraw"),
            static entry => entry.TryGetProperty("target", out var target) && target.GetString() == "withdrawn" && entry.GetProperty("details").GetProperty("links").GetString() == "2");
        using var nowhere = await world.Local.PostAsync("connectors/none/invitations/withdraw", null);
        Assert.Equal(HttpStatusCode.NotFound, nowhere.StatusCode);
    }

    [Fact]
    public async Task A_key_joins_once_and_a_name_that_does_not_show_never()
    {
        using var replica = await world.JoinAsync();
        Assert.Equal("known-key", (await replica.JoinAsync(await world.InviteAsync())).Problem?.Code);
        using var other = world.NewReplica();
        var link = await world.InviteAsync();
        Assert.Equal("malformed", (await other.JoinAsync(link, "site\u202e")).Problem?.Code);
        Assert.Equal(HttpStatusCode.OK, (await other.JoinAsync(link, "site")).Status);
    }

    [Theory]
    [InlineData("signed by another replica", "unsigned")]
    [InlineData("altered", "unsigned")]
    [InlineData("signed without the prefix", "unsigned")]
    [InlineData("two minutes old", "clock")]
    [InlineData("of a replica that never was", "unknown")]
    [InlineData("for another connector", "unknown")]
    [InlineData("without a nonce", "malformed")]
    public async Task An_order_that_is_not_in_order_is_refused(string what, string code)
    {
        using var replica = await world.JoinAsync();
        using var other = await world.JoinAsync("branch");
        var order = replica.Order();
        var signed = what switch
        {
            "signed by another replica" => other.Sign(order),
            "altered" => replica.Sign(order) with { Order = replica.Sign(replica.Order()).Order },
            "signed without the prefix" => replica.Sign(order) with { Signature = replica.Key.SignData(replica.Sign(order).Order, HashAlgorithmName.SHA256) },
            "two minutes old" => replica.Sign(order with { Time = order.Time.AddMinutes(-2) }),
            "of a replica that never was" => replica.Sign(order with { Replica = ReplicaId.New() }),
            "for another connector" => replica.Sign(order with { Connector = "branch" }),
            _ => replica.Sign(order with { Nonce = [] }),
        };
        Assert.Equal(code, (await replica.SendOrderAsync(signed)).Problem?.Code);

        // Its twin, which is in order, and once.
        var good = replica.Sign(order);
        Assert.Equal(HttpStatusCode.OK, (await replica.SendOrderAsync(good)).Status);
        Assert.Equal("replayed", (await replica.SendOrderAsync(good)).Problem?.Code);
    }

    [Fact]
    public async Task The_last_two_keys_in_memory_count_and_older_ones_no_more()
    {
        using var replica = await world.JoinAsync();
        var certificates = new List<X509Certificate2> { replica.Certificate! };
        for (var start = 0; start < 2; start++)
        {
            Assert.Equal(HttpStatusCode.OK, (await replica.CertifyAsync(ECDsa.Create(ECCurve.NamedCurves.nistP256))).Status);
            certificates.Add(replica.Certificate!);
        }

        foreach (var (certificate, code) in certificates.Zip<X509Certificate2, string?>(["other-key", null, null]))
        {
            replica.Certificate = certificate;
            Assert.Equal(code, (await replica.TargetsAsync()).Problem?.Code);
        }
    }

    [Fact]
    public async Task A_link_tells_whoever_opens_it_in_a_browser_what_it_is_for()
    {
        using var page = await world.Devices.SendAsync("auth", TunnelPaths.Join, null, null);
        Assert.Contains("doorward-agent connector", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static byte[] Bad(string what, ECDsa key)
    {
        using var rsa = RSA.Create(2048);
        using var weak = ECDsa.Create(ECCurve.CreateFromFriendlyName("secp256k1"));
        var good = TestReplica.SigningRequest(key);
        return what switch
        {
            "for a CA" => TestReplica.SigningRequest(key, static request => request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true))),
            "with RSA" => TestReplica.SigningRequest(rsa),
            "on a weak curve" => TestReplica.SigningRequest(weak),
            "with a broken signature" => [.. good[..^1], (byte)(good[^1] ^ 1)],
            "with bytes behind" => [.. good, 0],
            _ => [1, 2, 3],
        };
    }

    private async Task<int> CountAsync()
    {
        await using var db = world.Control.Open();
        return await db.ConnectorReplicas.CountAsync();
    }
}
