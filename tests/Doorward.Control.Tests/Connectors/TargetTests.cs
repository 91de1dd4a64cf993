using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Control.Certificates;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Identifiers;
using Doorward.Core.Tunnels;

namespace Doorward.Control.Tests.Connectors;

/// <summary>Who is told what a connector may reach.</summary>
public sealed class TargetTests(ConnectorWorld world) : IClassFixture<ConnectorWorld>
{
    [Fact]
    public async Task A_replica_is_told_its_own_connectors_targets_and_no_others()
    {
        await world.PutAsync("applications/db", new { connector = "hq", tcp = new[] { "db.internal:5432", "10.1.2.3:1-5,9" } });
        await world.PutAsync("applications/intranet", new { hosts = new[] { "intranet.doorward.localhost" }, connector = "hq", upstream = "http://intranet.internal:8080", allowSpecialAddresses = true });
        await world.PutAsync("applications/till", new { connector = "branch", tcp = "till.internal:22" });
        await world.PutAsync("applications/open", new { hosts = new[] { "open.doorward.localhost" }, upstream = "http://127.0.0.1:9000" });
        using var hq = await world.JoinAsync();
        using var branch = await world.JoinAsync("branch");
        var targets = (await hq.TargetsAsync()).Message!;
        Assert.Equal("hq", targets.Connector);
        Assert.Equal("db db.internal:5432 10.1.2.3:1-5,9 False, intranet intranet.internal:8080 True", Text(targets));
        Assert.Equal("till till.internal:22 False", Text((await branch.TargetsAsync()).Message!));

        await world.PutAsync("applications/db", new { connector = "branch", tcp = "db.internal:5432" });
        var after = (await hq.TargetsAsync()).Message!;
        Assert.Equal("intranet intranet.internal:8080 True", Text(after));
        Assert.True(after.Revision > targets.Revision);
        Assert.Equal(2, (await branch.TargetsAsync()).Message!.Applications.Single(static one => one.Application == "db").Version);
    }

    [Fact]
    public async Task A_retired_replica_gets_no_targets_and_no_certificate_and_its_neighbour_does()
    {
        using var retired = await world.JoinAsync();
        using var stays = await world.JoinAsync();
        Assert.Equal(HttpStatusCode.OK, (await retired.TargetsAsync()).Status);
        using (var answer = await world.RetireAsync(retired)) Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using (var again = await world.RetireAsync(retired)) Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        Assert.Equal((HttpStatusCode.Forbidden, "retired"), ((await retired.TargetsAsync()).Status, (await retired.TargetsAsync()).Problem?.Code));
        Assert.Equal("retired", (await retired.CertifyAsync()).Problem?.Code);
        Assert.Equal(HttpStatusCode.OK, (await stays.TargetsAsync()).Status);
        Assert.Equal(HttpStatusCode.OK, (await stays.CertifyAsync()).Status);
        Assert.Contains(await world.Devices.AuditAsync("connector-refused"), entry => entry.GetProperty("target").GetString() == $"Connector/hq/{retired.Id}");
    }

    [Theory]
    [InlineData("none", "no-certificate")]
    [InlineData("of another authority", "unknown")]
    [InlineData("of a device", "unknown")]
    [InlineData("of a gateway", "unknown")]
    [InlineData("of a connector without a replica", "unknown")]
    [InlineData("of this replica at another connector", "unknown")]
    [InlineData("of a replica that never was", "unknown")]
    [InlineData("for a server", "unknown")]
    [InlineData("of another domain", "unknown")]
    [InlineData("of yesterday", "expired")]
    [InlineData("of another key", "other-key")]
    [InlineData("of the key that signs orders", "other-key")]
    public async Task A_certificate_that_is_not_the_replicas_own_is_refused(string what, string code)
    {
        using var replica = await world.JoinAsync();
        using var ours = Authority();
        using var foreign = CertificateAuthority.Create("Doorward component CA", null, TimeProvider.System.GetUtcNow());
        using var session = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal(HttpStatusCode.OK, (await replica.CertifyAsync(session)).Status);
        const string Domain = TestInstallation.Domain;
        var id = SpiffeId.Connector(Domain, "hq", replica.Id);
        replica.Certificate = what switch
        {
            "of another authority" => Leaf(foreign, id, session),
            "of a device" => Leaf(ours, SpiffeId.Device(Domain, DeviceId.New().Value), session),
            "of a gateway" => Leaf(ours, SpiffeId.Gateway(Domain, "edge"), session),
            "of a connector without a replica" => Leaf(ours, new SpiffeId(Domain, "/connector/hq"), session),
            "of this replica at another connector" => Leaf(ours, SpiffeId.Connector(Domain, "branch", replica.Id), session),
            "of a replica that never was" => Leaf(ours, SpiffeId.Connector(Domain, "hq", ReplicaId.New()), session),
            "for a server" => Leaf(ours, id, session, LeafProfile.ServerAuthentication),
            "of another domain" => Leaf(ours, SpiffeId.Connector("elsewhere.example", "hq", replica.Id), session),
            "of yesterday" => Leaf(ours, id, session, at: TimeProvider.System.GetUtcNow().AddHours(-1.5)),
            "of another key" => Leaf(ours, id, key),
            "of the key that signs orders" => Leaf(ours, id, replica.Key),
            _ => null,
        };
        Assert.Equal(code, (await replica.TargetsAsync()).Problem?.Code);

        // Its twin, which is in order.
        replica.Certificate = Leaf(ours, id, session);
        Assert.Equal(HttpStatusCode.OK, (await replica.TargetsAsync()).Status);
    }

    [Fact]
    public async Task Devices_and_connectors_do_not_pass_for_each_other_and_nobody_else_gets_in()
    {
        using var replica = await world.JoinAsync();
        using var device = await world.Devices.EnrolAsync();
        using (var asDevice = await world.Devices.SendAsync("agent", DevicePaths.Status, null, replica.Certificate)) Assert.Equal(HttpStatusCode.Unauthorized, asDevice.StatusCode);
        using (var asConnector = await world.Devices.SendAsync("agent", TunnelPaths.Targets, null, device.Certificate)) Assert.Equal(HttpStatusCode.Unauthorized, asConnector.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await device.StatusAsync()).Status);
        Assert.Equal(HttpStatusCode.OK, (await replica.TargetsAsync()).Status);

        (string Label, string Path)[] trespasses =
            [("auth", TunnelPaths.Targets), ("console", TunnelPaths.Targets), ("agent", TunnelPaths.Join), ("agent", TunnelPaths.Certificate), ("agent", "/connector/v1/../../api/v1/me"), ("console", TunnelPaths.Join)];
        foreach (var (label, path) in trespasses)
        {
            using var refused = await world.Devices.SendAsync(label, path, path == TunnelPaths.Targets ? null : new StringContent("{}"), replica.Certificate);
            Assert.True(refused.StatusCode == HttpStatusCode.NotFound, $"{label}{path} {refused.StatusCode}");
        }

        Assert.Equal(HttpStatusCode.NotFound, (await world.Local.GetAsync($"http://localhost{TunnelPaths.Targets}")).StatusCode);
        using var stranger = new HttpClient(TestGateway.Handler(TestGateway.Ca(world.Control), null)) { BaseAddress = world.Control.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, TunnelPaths.Targets);
        request.Headers.Host = $"agent.{TestInstallation.Domain}";
        request.Headers.Add("Client-Cert", $":{Convert.ToBase64String(replica.Certificate!.RawData)}:");
        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.SendAsync(request)).StatusCode);
    }

    private static string Text(ConnectorTargets targets) => string.Join(", ", targets.Applications
        .Where(static one => one.Application is "db" or "intranet" or "till" or "open")
        .Select(static one => $"{one.Application} {string.Join(' ', one.Targets.Select(TunnelTargetText.Format))} {one.AllowSpecialAddresses}"));

    private CertificateAuthority Authority()
    {
        var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(world.Control.Data.Keys, "component-ca.key")));
        return new CertificateAuthority(TestGateway.Ca(world.Control), key);
    }

    private static X509Certificate2 Leaf(CertificateAuthority authority, SpiffeId id, ECDsa key, string usage = LeafProfile.ClientAuthentication, DateTimeOffset? at = null)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri(id.ToString()));
        return authority.Issue(new PublicKey(key), new LeafProfile("forged", names.Build(), [usage], TimeSpan.FromHours(1)), at ?? TimeProvider.System.GetUtcNow());
    }
}
