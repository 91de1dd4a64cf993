using System.Diagnostics;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>What the console costs: until something is seen, and in memory for everybody who has it open.</summary>
[Collection(nameof(DemoBrowser))]
public sealed class ConsoleFigures(DemoBrowser demo)
{
    private const int Circuits = 200;
    private const int PagesOfBrowser = 20;
    private const long MemoryBound = 300L << 20;
    private const double FirstContentBound = 300;

    [Fact(Explicit = true)]
    public async Task First_content_is_there_at_once_and_two_hundred_circuits_hold_in_the_bound()
    {
        await using var admin = await demo.EnterConsoleAsync("console-counted", "administrators");
        var times = new List<double>();
        for (var i = 0; i < 10; i++) times.Add(await FirstContentAsync(admin.Page));
        times.Sort();
        Say($"first content of /sessions, warm: median {times[5]:F0} ms, slowest {times[^1]:F0} ms");

        var before = Memory();
        var pages = new List<IPage>();
        var state = await admin.Page.Context.StorageStateAsync();
        IBrowserContext? browser = null;
        for (var i = 0; i < Circuits; i++)
        {
            // A browser shares one HTTP/2 connection among its pages, and with it a hundred streams.
            if (i % PagesOfBrowser == 0) browser = await admin.Page.Context.Browser!.NewContextAsync(new() { StorageState = state });
            var page = await browser!.NewPageAsync();
            pages.Add(page);
            await FirstContentAsync(page);
            await ConnectedAsync(page);
            if (i % 50 == 49) Say($"{i + 1} circuits: {(Memory() - before) >> 20} MB more, {Memory() >> 20} MB in all");
        }

        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, TestContext.Current.CancellationToken); // they follow what they show meanwhile
        var grown = Memory() - before;
        Say($"{Circuits} circuits that follow their lists: {grown >> 20} MB more, {Memory() >> 20} MB in all");
        await ConnectedAsync(pages[0]);
        Assert.True(grown < MemoryBound, $"{grown >> 20} MB");
        Assert.True(times[5] < FirstContentBound, $"{times[5]:F0} ms");
    }

    private async Task<double> FirstContentAsync(IPage page)
    {
        await page.GotoAsync(demo.Product.Url("console", "/sessions"));
        return await page.EvaluateAsync<double>(
            "async () => { for (;;) { const p = performance.getEntriesByName('first-contentful-paint')[0]; if (p) return p.startTime; await new Promise(r => setTimeout(r, 20)); } }");
    }

    // Nothing opens the palette before the circuit is there.
    private static async Task ConnectedAsync(IPage page) => await page.WaitForFunctionAsync(
        "() => { const d = document.querySelector('dialog.palette'); if (!d.open) document.getElementById('palette-open').click(); return d.open; }");

    private long Memory()
    {
        using var process = Process.GetProcessById(demo.Product.Id);
        return process.WorkingSet64;
    }

    private static void Say(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);
}
