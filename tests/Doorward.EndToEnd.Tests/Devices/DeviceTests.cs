using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Doorward.Control.Devices.Providers;
using Doorward.Core.Devices.Reports;
using Doorward.Testing.Devices;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Devices;

/// <summary>A machine, from its link to a door that opens for it and closes again, through the whole product.</summary>
public sealed class DeviceTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_device_opens_a_door_as_long_as_it_is_bound_and_in_line_and_not_a_moment_longer()
    {
        await using var product = await ProductProcess.StartAsync();
        await using var door = await FirewallDoor.OpenAsync(product);
        using var road = new DeviceRoad(product);
        using var laptop = await road.EnrolAsync("--owner", "alice", "--name", "laptop");
        Assert.Equal("green", (await laptop.ReportAsync("firewall=pass")).Message?.Health.Colour);
        await BindAsync(door, laptop);
        await door.BecomesAsync(200, static () => "bound");

        await laptop.ReportAsync("firewall=fail");
        await door.BecomesAsync(403, static () => "the firewall is off");
        using (var denied = await door.Alice.SendAsync(HttpMethod.Get, product.Url("wiki", "/"), api: true))
            Assert.Contains("Turn the firewall on.", await denied.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await laptop.ReportAsync("firewall=pass");
        await door.BecomesAsync(200, static () => "the firewall is on again");

        await VendorCutsAsync(product, road, door, laptop);

        await product.RunAsync(["device", "hold", "laptop", "--reason", "Look at it first."]);
        await door.BecomesAsync(403, static () => "held");
        await product.RunAsync(["device", "release", "laptop"]);
        await laptop.ReportAsync();
        await door.BecomesAsync(200, static () => "released");
        Assert.Contains("laptop", await product.RunAsync(["device", "list"]), StringComparison.Ordinal);
        Assert.Contains("firewall", await product.RunAsync(["device", "history", "laptop"]), StringComparison.Ordinal);

        await product.RunAsync(["device", "retire", "laptop"]);
        Assert.Equal("retired", (await laptop.ReportAsync()).Problem?.Code); // on the connection that is open
        road.Reconnect();
        Assert.Equal("retired", (await laptop.StatusAsync()).Problem?.Code); // and on one that resumes its session
        await door.BecomesAsync(403, static () => "retired");
    }

    [Fact]
    public async Task At_agent_only_certificates_of_devices_get_through_the_handshake_and_only_to_what_is_theirs()
    {
        await using var product = await ProductProcess.StartAsync();
        using var road = new DeviceRoad(product);
        using var laptop = await road.EnrolAsync();
        using var phone = await road.EnrolAsync();
        Assert.Equal(HttpStatusCode.OK, (await laptop.ReportAsync("firewall=pass")).Status);

        // Another device's certificate carries no report of this one.
        using var mixed = laptop.Clone();
        mixed.Certificate = phone.Certificate;
        Assert.Contains((await mixed.ReportAsync("firewall=pass")).Problem?.Code, new[] { "unsigned" });

        // Without a certificate nothing of devices is answered; with a stranger's the handshake fails.
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stranger = road.NewDevice();
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.StatusAsync()).Status);
        stranger.Certificate = new CertificateRequest("CN=device", foreign, HashAlgorithmName.SHA256).CreateSelfSigned(TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddHours(1));
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => stranger.StatusAsync());

        // A copy of the certificate, with any key but its own, is refused before anything is asked; told in a header it is none.
        using var copy = X509CertificateLoader.LoadCertificate(laptop.Certificate!.RawData);
        Assert.Null(await CertificateThief.AskAsync(product.Port, new Uri(product.Url("agent", "/")).Authority, copy.RawData, CertificateThief.With(foreign)));
        await SignalAsync(product, "certificate-without-key", "127.0.0.1");
        await SignalAsync(product, "device-refused", phone.Id); // whose certificate carried another's report

        // What devices are given opens no page and no API.
        using var page = await road.SendAsync("agent", "/api/v1/status", null, laptop.Certificate);
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await laptop.StatusAsync()).Status);
    }

    private static Task SignalAsync(ProductProcess product, string action, string detail) => FirewallDoor.EventuallyAsync(
        async () => (await product.RunAsync(["audit", "export"])).Split('\n').Any(record => record.Contains($"\"{action}\"", StringComparison.Ordinal) && record.Contains(detail, StringComparison.Ordinal)),
        () => $"the signal {action}");

    // A process named like the sensor is not enough for a rule that asks for the vendor; what the vendor says counts at once.
    private async Task VendorCutsAsync(ProductProcess product, DeviceRoad road, FirewallDoor door, TestDevice laptop)
    {
        var key = RandomNumberGenerator.GetBytes(32);
        await laptop.ReportAsync("endpointDetection=pass");
        await product.ApplyAsync(
            $$"""
            kind: PostureProvider
            name: edr
            product: wazuh
            webhook: { secret: "whsec_{{Convert.ToBase64String(key)}}" }
            ---
            kind: PostureRule
            name: sensor
            when: context.posture.endpointDetection.pass && context.posture.endpointDetection.provenance >= 3
            loosen: 0s
            """);
        await door.BecomesAsync(403, static () => "only claimed");
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync("active"));
        await door.BecomesAsync(200, static () => "confirmed");

        await using var open = await LiveClient.OpenWebSocketAsync(product.Port, Path.Combine(product.Data, "ca.pem"), product.Url("wiki", "/ws"), door.Cookies, HttpVersion.Version11);
        var said = TimeProvider.System.GetTimestamp();
        Assert.Equal(HttpStatusCode.NoContent, await SendAsync("disconnected"));
        var ending = await open.Ended.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        output.WriteLine($"cut {TimeProvider.System.GetElapsedTime(said, ending.Timestamp).TotalMilliseconds:0} ms after the vendor's webhook was sent");
        Assert.Equal(403, await door.StatusAsync());
        Assert.Contains("red", await product.RunAsync(["device", "show", "laptop", "-o", "json"]), StringComparison.Ordinal);
        await product.RunAsync(["delete", "PostureRule", "sensor"]);
        await door.BecomesAsync(200, static () => "nobody asks for the vendor");

        async Task<HttpStatusCode> SendAsync(string status)
        {
            var (id, now) = (RandomNumberGenerator.GetHexString(16), TimeProvider.System.GetUtcNow());
            var body = Encoding.UTF8.GetBytes($$"""{"name":"laptop","status":"{{status}}","lastKeepAlive":"{{now:O}}"}""");
            using var content = new ByteArrayContent(body);
            content.Headers.Add(WebhookSignature.IdHeader, id);
            content.Headers.Add(WebhookSignature.TimestampHeader, WebhookSignature.Seconds(now));
            content.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Sign(key, id, now, body));
            using var answer = await road.SendAsync("auth", "/device/provider/edr", content, null);
            return answer.StatusCode;
        }
    }

    private static async Task BindAsync(FirewallDoor door, TestDevice device)
    {
        var (session, challenge, origin) = await door.ChallengeAsync();
        var proof = new DeviceProof { Device = device.Id, Session = session, Challenge = challenge, Origin = origin, Time = TimeProvider.System.GetUtcNow() };
        Assert.Equal(HttpStatusCode.OK, (await device.ProveAsync(proof)).Status);
    }
}
