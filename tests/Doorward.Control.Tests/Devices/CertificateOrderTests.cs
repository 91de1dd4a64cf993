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
            var (status, issued, problem) = await device.CertifyAsync(key);
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
        var order = device.Sign(device.Order(key));
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => device.SendOrderAsync(order)));
        Assert.Single(answers, static answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(static answer => answer.Status != HttpStatusCode.OK), static answer => Assert.Equal("replayed", answer.Problem?.Code));
        Assert.Equal(HttpStatusCode.OK, (await device.CertifyAsync(key)).Status);
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
        var order = device.Order(key);
        var now = order.Time;
        var signed = what switch
        {
            "signed by another device" => other.Sign(order),
            "altered" => device.Sign(order) with { Order = JsonSerializer.SerializeToUtf8Bytes(device.Order(key), DeviceJson.Default.CertificateOrder) },
            "signed as a report" => device.Sign(order) with { Signature = device.Key.SignData(device.Sign(order).Order, HashAlgorithmName.SHA256) },
            "two minutes old" => device.Sign(order with { Time = now.AddMinutes(-2) }),
            "two minutes ahead" => device.Sign(order with { Time = now.AddMinutes(2) }),
            "of a device that never was" => device.Sign(order with { Device = "nobody" }),
            "for no key" => device.Sign(order with { SigningRequest = [1, 2, 3] }),
            _ => device.Sign(order with { Nonce = [] }),
        };
        Assert.Equal(code, (await device.SendOrderAsync(signed)).Problem?.Code);

        // Its twin, which is in order.
        Assert.Equal(HttpStatusCode.OK, (await device.SendOrderAsync(device.Sign(order))).Status);
    }

    [Fact]
    public async Task A_device_that_is_held_is_certified_and_one_that_is_retired_is_not()
    {
        using var device = await world.EnrolAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await world.ActAsync($"{device.Id}/hold", new { reason = "Look at it first." });
        var (status, issued, _) = await device.CertifyAsync(key);
        Assert.Equal(HttpStatusCode.OK, status);
        device.Certificate = TestDevice.With(issued!, key);
        Assert.Equal("red", (await device.StatusAsync()).Message?.Colour);

        await world.ActAsync($"{device.Id}/retire", new { reason = "Sold." });
        Assert.Equal("retired", (await device.CertifyAsync(key)).Problem?.Code);
        Assert.Equal("retired", (await device.StatusAsync()).Problem?.Code);
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
            Assert.Equal(HttpStatusCode.OK, (await device.CertifyAsync(key)).Status);
        Assert.Equal("limit", (await device.CertifyAsync(key)).Problem?.Code);
        time.Advance(TimeSpan.FromHours(1));
        await later.RejoinAsync();
        Assert.Equal(HttpStatusCode.OK, (await device.CertifyAsync(key)).Status);
    }
}
