using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Doorward.Testing.Product;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>What live access costs who looks at it while ten thousand grants are in use: until rows are seen, until they are filtered, and in the browser's memory.</summary>
[Collection(nameof(DemoBrowser))]
public sealed class ConsoleGrantFigures(DemoBrowser demo)
{
    private const int Accounts = 100;
    private const int Doors = 100;
    private const long Bound = 1_000;
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(30); // A grant that nobody uses for a minute is closed.

    [Fact(Explicit = true)]
    public async Task Ten_thousand_grants_in_use_are_shown_and_filtered_within_a_second()
    {
        await using var admin = await demo.EnterConsoleAsync("console-crowded", "administrators");
        var page = admin.Page;
        var tokens = await PublishAsync();
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var use = UseAsync(tokens, leave.Token);
        await admin.GoAsync("console", "/overview");
        await page.WaitForFunctionAsync(
            "most => Number(document.querySelector('a.figure[href=\"/grants\"] strong')?.textContent) >= most", Accounts * Doors, new() { Timeout = 180_000 });

        var (seen, warm) = (new List<long>(), new List<long>());
        for (var i = 0; i < 5; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await admin.GoAsync("console", "/grants");
            await page.Locator("tbody tr").First.WaitForAsync();
            seen.Add(Since(began));
        }

        await admin.IsInteractiveAsync();
        Say($"first rows of 10,000 grants: median {Median(seen)} ms, slowest {seen.Max()} ms; {await MemoryAsync(page)} MB in the browser");
        foreach (var door in new[] { "door-7", "door-42", "crowd-013", "door-99", "" })
            warm.Add(await FilterAsync(page, door));
        Say($"a filter is answered after median {Median(warm)} ms, slowest {warm.Max()} ms, of which 250 ms wait for the next letter");
        var (pages, shown) = await ScrollAsync(page);
        Say($"{shown}, by {pages.Count} pages: median {Median(pages)} ms each, slowest {pages.Max()} ms; {await MemoryAsync(page)} MB in the browser, {await page.Locator("tbody tr").CountAsync()} rows drawn");
        await leave.CancelAsync();
        await use;
        Assert.True(Median(seen) < Bound && Median(warm) < Bound, $"first rows {Median(seen)} ms, filter {Median(warm)} ms");
    }

    private async Task<string[]> PublishAsync()
    {
        using var api = new LocalApi(demo.Product.Data);
        await api.ApplyAsync(
        [
            .. Enumerable.Range(0, Accounts).Select(static i => LocalApi.Document("User", Account(i), new JsonObject { ["service"] = true })),
            LocalApi.Document("Group", "crowd", new JsonObject { ["members"] = new JsonArray([.. Enumerable.Range(0, Accounts).Select(static i => JsonValue.Create(Account(i)))]) }),
            .. Enumerable.Range(0, Doors).Select(door => LocalApi.Document("Application", Door(door), new JsonObject { ["hosts"] = new JsonArray($"{Door(door)}.{ProductProcess.Domain}"), ["upstream"] = demo.UpstreamAddress })),
            LocalApi.Document("Policy", "crowd", new JsonObject { ["cedar"] = "permit (principal in Group::\"crowd\", action in Action::\"access\", resource);" }),
        ]);
        var tokens = new string[Accounts];
        for (var i = 0; i < Accounts; i++)
        {
            var made = await api.PostAsync("tokens", new JsonObject
            {
                ["user"] = Account(i),
                ["applications"] = new JsonArray([.. Enumerable.Range(0, Doors).Select(static door => JsonValue.Create(Door(door)))]),
                ["days"] = 1,
            });
            tokens[i] = (string)made!["token"]!;
        }

        return tokens;
    }

    // Each token at each door, again and again: from door to door, so that a connection serves them all.
    private async Task UseAsync(string[] tokens, CancellationToken leave)
    {
        using var visitor = demo.Product.NewVisitor();
        using var http = new HttpClient(visitor.NewHandler());
        using var pace = new PeriodicTimer(Pace, TimeProvider.System);
        try
        {
            do
            {
                for (var door = 0; door < Doors; door++)
                {
                    var address = demo.Product.Url(Door(door));
                    await Parallel.ForEachAsync(tokens, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = leave }, async (token, ct) =>
                    {
                        using var request = new HttpRequestMessage(HttpMethod.Get, address);
                        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                        using var answer = await http.SendAsync(request, ct);
                        answer.EnsureSuccessStatusCode();
                    });
                }
            }
            while (await pace.WaitForNextTickAsync(leave));
        }
        catch (OperationCanceledException)
        {
            // Seen enough.
        }
    }

    private static async Task<long> FilterAsync(IPage page, string wanted)
    {
        var before = await ShownAsync(page);
        var began = Stopwatch.GetTimestamp();
        await page.Locator("#search").FillAsync(wanted);
        await page.WaitForFunctionAsync(
            "([wanted, before]) => { const rows = [...document.querySelectorAll('tbody tr')]; return wanted === '' ? document.querySelector('.under [role=status]')?.textContent !== before : rows.length > 0 && rows.every(row => row.textContent.includes(wanted)); }",
            new[] { wanted, before });
        return Since(began);
    }

    private static async Task<(List<long> Pages, string Shown)> ScrollAsync(IPage page)
    {
        var pages = new List<long>();
        for (var more = page.GetByRole(AriaRole.Button, new() { Name = "Show more" }); await more.CountAsync() > 0;)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            var shown = await ShownAsync(page);
            var began = Stopwatch.GetTimestamp();
            await page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight)");
            await page.WaitForFunctionAsync("before => { const text = document.querySelector('.under [role=status]').textContent; return text !== before || !/more/.test(text); }", shown);
            pages.Add(Since(began));
        }

        return (pages, await ShownAsync(page));
    }

    // What the page's scripts hold, after what can go is gone.
    private static async Task<long> MemoryAsync(IPage page)
    {
        var devtools = await page.Context.NewCDPSessionAsync(page);
        await devtools.SendAsync("HeapProfiler.collectGarbage");
        var heap = await devtools.SendAsync("Runtime.getHeapUsage");
        return (long)heap!.Value.GetProperty("usedSize").GetDouble() >> 20;
    }

    private static Task<string> ShownAsync(IPage page) => page.Locator(".under [role=status]").InnerTextAsync();

    private static string Account(int number) => $"crowd-{number.ToString("000", CultureInfo.InvariantCulture)}";

    private static string Door(int number) => $"door-{number.ToString(CultureInfo.InvariantCulture)}";

    private static long Median(List<long> times) => times.Order().ElementAt(times.Count / 2);

    private static long Since(long began) => (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds;

    private static void Say(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);
}
