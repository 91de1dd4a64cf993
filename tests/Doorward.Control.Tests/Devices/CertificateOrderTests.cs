using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Doorward.Control.Devices;
using Doorward.Core.Devices;
using Doorward.Core.Devices.Enrolment;
using Doorward.Testing.Devices;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Control.Tests.Devices;

/// <summary>Certificates for keys in memory, at the word of the device's own key.</summary>
public sealed class CertificateOrderTests(DeviceWorld world) : IClassFixture<DeviceWorld>
{
    [Fact]
    public async Task A_device_has_the_last_two_keys_in_memory_certified_and_older_ones_no_more()
    {
        using var device = await world.EnrolAsync();
        var certificates = new List<X509Certificate2>();
        for (var start = 0; start < 3; start++)
        {
            var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var (status, issued, problem) = await OrderAsync(device, Order(device, key));
            Assert.True(status == HttpStatusCode.OK, problem?.Detail);
            certificates.Add(TestDevice.With(issued!, key));
        }

        Assert.Equal($"/device/{device.Id}", new Uri(certificates[2].Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().Format(false).Split("URI:")[1]).AbsolutePath);
        foreach (var (certificate, code) in certificates.Zip<X509Certificate2, string?>(["other-key", null, null]))
        {
            device.Certificate = certificate;
            Assert.Equal(code, (await device.ReportAsync("firewall=pass")).Problem?.Code);
        }
    }

    [Fact]
    public async Task An_order_is_taken_once()
    {
        using var device = await world.EnrolAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var order = Signed(device, Order(device, key));
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => SendAsync(device, order)));
        Assert.Single(answers, static answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(static answer => answer.Status != HttpStatusCode.OK), static answer => Assert.Equal("replayed", answer.Problem?.Code));
        Assert.Equal(HttpStatusCode.OK, (await OrderAsync(device, Order(device, key))).Status);
    }

    [Theory]
    [InlineData("signed by another device", "unsigned")]
    [InlineData("altered", "unsigned")]
    [InlineData("signed as a report", "unsigned")]
    [InlineData("two minutes old", "clock")]
    [InlineData("two minutes ahead", "clock")]
    [InlineData("of a device that never was", "unknown")]
    [InlineData("for no key", "signing-request")]
    [InlineData("without a nonce", "malformed")]
    public async Task An_order_that_is_not_in_order_is_refused(string what, string code)
    {
        using var device = await world.EnrolAsync();
        using var other = await world.EnrolAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var order = Order(device, key);
        var now = order.Time;
        var signed = what switch
        {
            "signed by another device" => Signed(other, order),
            "altered" => Signed(device, order) with { Order = JsonSerializer.SerializeToUtf8Bytes(Order(device, key), DeviceJson.Default.CertificateOrder) },
            "signed as a report" => Signed(device, order) with { Signature = device.Key.SignData(Signed(device, order).Order, HashAlgorithmName.SHA256) },
            "two minutes old" => Signed(device, order with { Time = now.AddMinutes(-2) }),
            "two minutes ahead" => Signed(device, order with { Time = now.AddMinutes(2) }),
            "of a device that never was" => Signed(device, order with { Device = "nobody" }),
            "for no key" => Signed(device, order with { SigningRequest = [1, 2, 3] }),
            _ => Signed(device, order with { Nonce = [] }),
        };
        Assert.Equal(code, (await SendAsync(device, signed)).Problem?.Code);

        // Its twin, which is in order.
        Assert.Equal(HttpStatusCode.OK, (await OrderAsync(device, order)).Status);
    }

    [Fact]
    public async Task A_device_that_is_held_is_certified_and_one_that_is_retired_is_not()
    {
        using var device = await world.EnrolAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await world.ActAsync($"{device.Id}/hold", new { reason = "Look at it first." });
        var (status, issued, _) = await OrderAsync(device, Order(device, key));
        Assert.Equal(HttpStatusCode.OK, status);
        device.Certificate = TestDevice.With(issued!, key);
        Assert.Equal("red", (await device.StatusAsync()).Message?.Colour);

        await world.ActAsync($"{device.Id}/retire", new { reason = "Sold." });
        Assert.Equal("retired", (await OrderAsync(device, Order(device, key))).Problem?.Code);
        Assert.Equal("retired", (await device.StatusAsync()).Problem?.Code);
    }

    [Fact]
    public async Task A_machine_that_slept_past_the_end_of_its_certificate_is_certified_without_it()
    {
        using var device = await world.EnrolAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        device.Certificate = null;
        var (status, issued, _) = await OrderAsync(device, Order(device, key));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("no-certificate", (await device.ReportAsync("firewall=pass")).Problem?.Code);
        device.Certificate = TestDevice.With(issued!, key);
        Assert.Equal(HttpStatusCode.OK, (await device.ReportAsync("firewall=pass")).Status);
    }

    [Fact]
    public async Task A_device_that_asks_without_end_is_refused_and_after_an_hour_not()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var later = await DeviceWorld.StartAsync(time);
        using var device = await later.EnrolAsync();
        device.Now = time.GetUtcNow;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        for (var asked = 0; asked < CertificateOrders.MostAnHour; asked++)
            Assert.Equal(HttpStatusCode.OK, (await OrderAsync(device, Order(device, key))).Status);
        Assert.Equal("limit", (await OrderAsync(device, Order(device, key))).Problem?.Code);
        time.Advance(TimeSpan.FromHours(1));
        await later.RejoinAsync();
        Assert.Equal(HttpStatusCode.OK, (await OrderAsync(device, Order(device, key))).Status);
    }

    private static CertificateOrder Order(TestDevice device, ECDsa key) => new()
    {
        Device = device.Id,
        Time = device.Now(),
        Nonce = RandomNumberGenerator.GetBytes(CertificateOrder.NonceLength),
        SigningRequest = new CertificateRequest("CN=device", key, HashAlgorithmName.SHA256).CreateSigningRequest(),
    };

    private static SignedCertificateOrder Signed(TestDevice device, CertificateOrder order)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(order, DeviceJson.Default.CertificateOrder);
        return new SignedCertificateOrder { Order = bytes, Signature = device.Key.SignData(SignedCertificateOrder.ToBeSigned(bytes), HashAlgorithmName.SHA256) };
    }

    private static Task<Answer<DeviceCertificate>> OrderAsync(TestDevice device, CertificateOrder order) => SendAsync(device, Signed(device, order));

    private static Task<Answer<DeviceCertificate>> SendAsync(TestDevice device, SignedCertificateOrder order) =>
        device.PostAsync("auth", DevicePaths.Certificate, order, DeviceJson.Default.SignedCertificateOrder, DeviceJson.Default.DeviceCertificate);
}
