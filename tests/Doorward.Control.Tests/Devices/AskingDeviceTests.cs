using System.Net;
using System.Security.Cryptography;
using Doorward.Control.Devices;
using Doorward.Control.Storage;
using Doorward.Testing.Devices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Devices;

/// <summary>What is read of a device at each of its requests is what the record says then, whichever process wrote it.</summary>
public sealed class AskingDeviceTests(DeviceWorld world) : IClassFixture<DeviceWorld>
{
    [Theory]
    [InlineData("this process")]
    [InlineData("another")]
    public async Task What_an_administrator_did_counts_at_the_devices_next_request(string writer)
    {
        using var device = await world.EnrolAsync();
        Assert.Equal("green", (await device.ReportAsync("firewall=pass")).Message?.Health.Colour);
        Assert.Equal("green", (await device.StatusAsync()).Message?.Colour);

        await DoAsync("hold", """ "Standing" = 'Held', "HoldCause" = 'Administrator', "StandingReason" = 'Found', "Health" = 'red', "Compliant" = 0 """, new { reason = "Found" });
        Assert.Equal(("red", "This device is held by an administrator: Found."), Told((await device.StatusAsync()).Message));
        Assert.Equal("red", (await device.ReportAsync("firewall=pass")).Message?.Health.Colour);

        await DoAsync("release", """ "Standing" = 'Active', "HoldCause" = NULL, "StandingReason" = NULL, "Health" = 'green', "Compliant" = 1 """);
        Assert.Equal("green", (await device.StatusAsync()).Message?.Colour);
        Assert.Equal("green", (await device.ReportAsync("firewall=pass")).Message?.Health.Colour);

        await DoAsync("rename", $""" "Name" = 'moved-{device.Id}', "NormalizedName" = 'MOVED-{device.Id}' """, new { name = $"moved-{device.Id}".Replace('_', '-') });
        Assert.Equal("green", (await device.ReportAsync("firewall=pass")).Message?.Health.Colour);

        await DoAsync("retire", """ "Standing" = 'Retired', "Health" = 'red', "Compliant" = 0 """, new { reason = "Sold." });
        Assert.Equal((HttpStatusCode.Forbidden, "retired"), ((await device.StatusAsync()).Status, (await device.StatusAsync()).Problem?.Code));
        Assert.Equal("retired", (await device.ReportAsync("firewall=pass")).Problem?.Code);

        Task DoAsync(string act, string columns, object? body = null) => writer == "another" ? WriteAsync(device, columns) : world.ActAsync($"{device.Id}/{act}", body);
    }

    [Fact]
    public async Task A_certificate_that_another_process_took_back_is_refused_at_once()
    {
        using var device = await world.EnrolAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await device.CertifyAsync(key);
        Assert.Equal(HttpStatusCode.OK, (await device.StatusAsync()).Status);
        await WriteAsync(device, """ "SessionKeys" = NULL """);
        Assert.Equal("other-key", (await device.StatusAsync()).Problem?.Code);
    }

    [Fact]
    public async Task It_is_what_the_record_holds()
    {
        using var device = await world.EnrolAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await device.CertifyAsync(key);
        await device.ReportAsync("firewall=pass");
        await world.ActAsync($"{device.Id}/hold", new { reason = "Found." });
        await using var db = world.Control.Open();
        var record = await db.Devices.SingleAsync(d => d.Id == device.Id, TestContext.Current.CancellationToken);
        var asking = await world.Control.Services.GetRequiredService<PreparedRead<AskingDevice>>().FindAsync(device.Id, TestContext.Current.CancellationToken);
        Assert.Equivalent(new
        {
            record.Id,
            record.Name,
            record.PublicKey,
            record.KeyHash,
            record.SessionKeys,
            record.OwnerId,
            record.Standing,
            record.HoldCause,
            record.StandingReason,
            record.Stale,
            record.Health,
            record.Verdict,
        }, asking, strict: true);
        Assert.NotNull(asking!.SessionKeys);
        Assert.Null(await world.Control.Services.GetRequiredService<PreparedRead<AskingDevice>>().FindAsync("dev_none", TestContext.Current.CancellationToken));
    }

    private static (string?, string?) Told(Core.Devices.Reports.DeviceHealth? health) => (health?.Colour, health?.Reasons.FirstOrDefault()?.What);

    // A connection of its own, as another control plane's is.
    private async Task WriteAsync(TestDevice device, string columns)
    {
        await using var connection = new SqliteConnection($"Data Source={world.Control.Data.Database};Pooling=False;Default Timeout=30");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the test's own words
        command.CommandText = $"UPDATE \"Devices\" SET {columns} WHERE \"Id\" = $id";
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$id", device.Id);
        Assert.Equal(1, await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
    }
}
