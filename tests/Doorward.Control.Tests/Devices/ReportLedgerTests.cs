using System.Net;
using Doorward.Control.Devices;
using Doorward.Control.Devices.Reports;
using Doorward.Control.Storage;
using Doorward.Testing.Devices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Devices;

/// <summary>What reports, the sweep and administrators do to one line at the same moment.</summary>
public sealed class ReportLedgerTests(DeviceWorld world) : IClassFixture<DeviceWorld>
{
    [Fact]
    public async Task A_report_that_waited_while_its_device_was_found_stale_is_heard_all_the_same()
    {
        using var device = await world.EnrolAsync();
        await device.ReportAsync("firewall=pass");
        var line = LineOf(device);
        await line.Turn.WaitAsync(TestContext.Current.CancellationToken);
        var reporting = device.ReportAsync();

        // As long as it takes to read the device; where that takes longer, it is read as stale, and heard as ever.
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, TestContext.Current.CancellationToken);
        await FindStaleAsync(device, line, TimeProvider.System.GetUtcNow().AddMinutes(1));
        Assert.False((await world.ShowAsync(device.Id)).GetProperty("compliant").GetBoolean());
        line.Turn.Release();

        Assert.Equal(HttpStatusCode.OK, (await reporting).Status);
        Assert.True((await world.ShowAsync(device.Id)).GetProperty("compliant").GetBoolean());
    }

    [Fact]
    public async Task A_device_that_reported_meanwhile_is_not_found_stale()
    {
        using var device = await world.EnrolAsync();
        var before = TimeProvider.System.GetUtcNow();
        await device.ReportAsync("firewall=pass");
        await FindStaleAsync(device, LineOf(device), before);
        Assert.True((await world.ShowAsync(device.Id)).GetProperty("compliant").GetBoolean());
    }

    [Fact]
    public async Task A_line_that_is_begun_anew_is_not_brought_back_by_who_writes_lines_down()
    {
        using var device = await world.EnrolAsync();
        var (ledger, line) = await OpenAsync(device);
        line.IsDirty = true;
        var (holding, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var db = world.Control.Open();
        var holder = db.WriteAsync(async _ =>
        {
            holding.SetResult();
            await go.Task;
        }, CancellationToken.None);
        await holding.Task;

        // One after the other, in this order.
        var restart = ledger.RestartAsync(device.Id, CancellationToken.None);
        var flush = ledger.FlushAsync(CancellationToken.None);
        go.SetResult();
        await Task.WhenAll(holder, restart, flush);

        Assert.Empty(await db.DeviceReportMarks.AsNoTracking().Where(mark => mark.DeviceId == device.Id).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0UL, ledger.Lines.Single(pair => pair.Key == device.Id).Value.Sequence);
    }

    [Fact]
    public async Task A_line_that_could_not_be_written_down_is_not_forgotten()
    {
        using var device = await world.EnrolAsync();
        var (ledger, line) = await OpenAsync(device);
        var later = TimeProvider.System.GetUtcNow().AddMinutes(1);
        await using var db = world.Control.Open();
        await db.Database.ExecuteSqlRawAsync("""CREATE TRIGGER "DiskFull" BEFORE UPDATE ON "DeviceReportMarks" BEGIN SELECT RAISE(ABORT, 'full'); END""", TestContext.Current.CancellationToken);
        line.IsDirty = true;
        await Assert.ThrowsAsync<SqliteException>(() => ledger.FlushAsync(CancellationToken.None));
        ledger.ForgetSilent(device.Id, line, later);
        Assert.Contains(ledger.Lines, pair => ReferenceEquals(pair.Value, line));

        await db.Database.ExecuteSqlRawAsync("""DROP TRIGGER "DiskFull" """, TestContext.Current.CancellationToken);
        await ledger.FlushAsync(CancellationToken.None);
        await line.Turn.WaitAsync(TestContext.Current.CancellationToken);
        ledger.ForgetSilent(device.Id, line, later);
        Assert.Contains(ledger.Lines, pair => ReferenceEquals(pair.Value, line)); // a report is on its way
        line.Turn.Release();
        ledger.ForgetSilent(device.Id, line, later);
        Assert.DoesNotContain(ledger.Lines, pair => pair.Key == device.Id);
    }

    // One of its own, that no sweep looks at.
    private async Task<(ReportLedger Ledger, ReportLine Line)> OpenAsync(TestDevice device)
    {
        await device.ReportAsync("firewall=pass");
        var ledger = new ReportLedger(world.Control.Services.GetRequiredService<IDbContextFactory<DoorwardDb>>());
        await ledger.OpenAsync(CancellationToken.None);
        return (ledger, ledger.Lines.Single(pair => pair.Key == device.Id).Value);
    }

    private ReportLine LineOf(TestDevice device) => world.Control.Services.GetRequiredService<ReportLedger>().Lines.Single(pair => pair.Key == device.Id).Value;

    // As the sweep does it.
    private Task FindStaleAsync(TestDevice device, ReportLine line, DateTimeOffset before) => world.Control.Services.GetRequiredService<DeviceWrites>().ChangeManyAsync(
        [device.Id], (_, found) =>
        {
            if (line.TryGoStale(before)) found.Stale = true;
        }, "stale", CancellationToken.None);
}
