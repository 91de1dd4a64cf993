using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Control.Certificates;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Identifiers;
using Doorward.Testing.Devices;

namespace Doorward.Control.Tests.Devices;

public sealed class DeviceAuthenticationTests(DeviceWorld world) : IClassFixture<DeviceWorld>
{
    [Fact]
    public async Task A_machine_that_slept_past_the_end_of_its_certificate_is_certified_again_and_one_that_was_retired_meanwhile_is_not()
    {
        using var sleeper = await world.EnrolAsync();
        using var retired = await world.EnrolAsync("old");
        using var ours = Authority();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        foreach (var device in new[] { sleeper, retired })
            device.Certificate = Leaf(ours, SpiffeId.Device(TestInstallation.Domain, device.Id), device.Key, at: TimeProvider.System.GetUtcNow().AddHours(-1.5));
        await world.ActAsync($"{retired.Id}/retire", new { reason = "Sold." });

        Assert.Equal("expired", (await sleeper.ReportAsync("firewall=pass")).Problem?.Code);
        Assert.Equal(HttpStatusCode.OK, (await sleeper.CertifyAsync(key)).Status);
        Assert.Equal(HttpStatusCode.OK, (await sleeper.ReportAsync("firewall=pass")).Status);
        Assert.Equal("retired", (await retired.CertifyAsync(key)).Problem?.Code);
    }

    [Theory]
    [InlineData("none", "no-certificate")]
    [InlineData("of another authority", "unknown")]
    [InlineData("of a gateway", "unknown")]
    [InlineData("of a device that never was", "unknown")]
    [InlineData("for a server", "unknown")]
    [InlineData("of yesterday", "expired")]
    [InlineData("of tomorrow", "expired")]
    [InlineData("of another device's key", "other-key")]
    public async Task A_certificate_that_is_not_the_devices_own_is_refused(string what, string code)
    {
        using var device = await world.EnrolAsync();
        using var ours = Authority();
        using var foreign = CertificateAuthority.Create("Doorward component CA", null, TimeProvider.System.GetUtcNow());
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (id, now) = (SpiffeId.Device(TestInstallation.Domain, device.Id), TimeProvider.System.GetUtcNow());
        device.Certificate = what switch
        {
            "of another authority" => Leaf(foreign, id, device.Key),
            "of a gateway" => Leaf(ours, SpiffeId.Gateway(TestInstallation.Domain, "edge"), device.Key),
            "of a device that never was" => Leaf(ours, SpiffeId.Device(TestInstallation.Domain, DeviceId.New().Value), device.Key),
            "for a server" => Leaf(ours, id, device.Key, LeafProfile.ServerAuthentication),
            "of yesterday" => Leaf(ours, id, device.Key, at: now.AddHours(-1.5)),
            "of tomorrow" => Leaf(ours, id, device.Key, at: now.AddHours(3)),
            "of another device's key" => Leaf(ours, id, key),
            _ => null,
        };
        Assert.Equal(code, (await device.StatusAsync()).Problem?.Code);

        // What names a device of ours is a signal; what names none is nobody's.
        Assert.Equal(code is "expired" or "other-key" ? 1 : 0, await SignalsAsync(device.Id, $"certificate-{code}"));

        // Its twin, which is in order.
        device.Certificate = Leaf(ours, id, device.Key);
        Assert.Equal(HttpStatusCode.OK, (await device.StatusAsync()).Status);
    }

    [Fact]
    public async Task A_retired_device_is_refused_at_its_next_request_and_its_name_is_free()
    {
        using var device = await world.EnrolAsync("name-to-free");
        Assert.Equal(HttpStatusCode.OK, (await device.StatusAsync()).Status);
        await world.ActAsync("name-to-free/retire", new { reason = "Lost." });
        Assert.Equal((HttpStatusCode.Forbidden, "retired"), ((await device.StatusAsync()).Status, (await device.StatusAsync()).Problem?.Code));
        Assert.Equal("retired", (await device.ReportAsync("firewall=pass")).Problem?.Code);
        Assert.Equal(1, await SignalsAsync(device.Id, "certificate-retired"));
        using var next = await world.EnrolAsync("name-to-free");
        Assert.Equal("name-to-free", next.Enrolled!.Name);
        Assert.Equal("Lost.", (await world.ShowAsync(device.Id)).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task What_devices_ask_is_open_to_nobody_else_and_they_ask_nothing_else()
    {
        using var device = await world.EnrolAsync();
        (string Label, string Path)[] trespasses =
            [("auth", DevicePaths.Report), ("console", DevicePaths.Report), ("agent", DevicePaths.Start), ("agent", "/api/v1/apply"), ("agent", "/health/live")];
        foreach (var (label, path) in trespasses)
        {
            using var refused = await world.SendAsync(label, path, new StringContent("{}"), device.Certificate);
            Assert.True(refused.StatusCode == HttpStatusCode.NotFound, $"{label}{path} {refused.StatusCode}");
        }

        Assert.Equal(HttpStatusCode.NotFound, (await world.Local.PostAsync($"http://localhost{DevicePaths.Report}", new StringContent("{}"))).StatusCode);
        using var stranger = new HttpClient(TestGateway.Handler(TestGateway.Ca(world.Control), null)) { BaseAddress = world.Control.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, DevicePaths.Report);
        request.Headers.Host = $"agent.{TestInstallation.Domain}";
        request.Headers.Add("Client-Cert", $":{Convert.ToBase64String(device.Certificate!.RawData)}:");
        Assert.Equal(HttpStatusCode.Forbidden, (await stranger.SendAsync(request)).StatusCode);
    }

    private async Task<int> SignalsAsync(string device, string cause) => (await world.AuditAsync("device-refused"))
        .Count(entry => entry.GetProperty("target").GetString() == device && entry.GetProperty("details").GetProperty("cause").GetString() == cause);

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
