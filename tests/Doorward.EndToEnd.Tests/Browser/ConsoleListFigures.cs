using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>What a long list costs somebody who scrolls through it: ten thousand sessions, drawn where one looks.</summary>
[Collection(nameof(DemoBrowser))]
public sealed class ConsoleListFigures(DemoBrowser demo)
{
    private const int Sessions = 10_000;
    private const int MostDrawn = 200;
    private const double JumpBound = 20_000;

    [Fact(Explicit = true)]
    public async Task Ten_thousand_sessions_are_scrolled_through_with_few_of_them_drawn()
    {
        await using var admin = await demo.EnterConsoleAsync("console-scrolling", "administrators");
        await AddSessionsAsync("console-scrolling", Sessions);
        var page = admin.Page;
        var began = Stopwatch.GetTimestamp();
        await admin.GoAsync("console", "/sessions");
        await page.Locator("tbody tr").First.WaitForAsync();
        Say($"first rows of /sessions: {Since(began)} ms");
        await admin.IsInteractiveAsync();
        var before = Memory();

        var pages = new List<long>();
        for (var more = page.GetByRole(AriaRole.Button, new() { Name = "Show more" }); await more.CountAsync() > 0;)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            var shown = await ShownAsync(page);
            began = Stopwatch.GetTimestamp();
            await page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight)");
            await page.WaitForFunctionAsync("before => { const text = document.querySelector('.under [role=status]').textContent; return text !== before || !/more/.test(text); }", shown);
            pages.Add(Since(began));
        }

        pages.Sort();
        Say($"{await ShownAsync(page)}, by {pages.Count} pages: median {pages[pages.Count / 2]} ms each, slowest {pages[^1]} ms; {(Memory() - before) >> 20} MB more in the control plane");
        Assert.StartsWith(Sessions.ToString(System.Globalization.CultureInfo.InvariantCulture)[..2], await ShownAsync(page), StringComparison.Ordinal);

        var frames = await page.EvaluateAsync<double[]>(
            """
            async () => {
              const times = [], height = document.documentElement.scrollHeight, steps = 200;
              let drawn = 0, last = performance.now();
              for (let i = 0; i <= steps; i++) {
                scrollTo(0, height * i / steps);
                await new Promise(requestAnimationFrame);
                const now = performance.now();
                times.push(now - last);
                last = now;
                drawn = Math.max(drawn, document.querySelectorAll('tbody tr').length);
              }
              times.sort((a, b) => a - b);
              return [times[times.length >> 1], times[Math.floor(times.length * 0.99)], drawn];
            }
            """);
        Say($"scrolled from end to end in 200 steps: a frame takes {frames[0]:F0} ms, the slowest of a hundred {frames[1]:F0} ms; at most {frames[2]} rows are drawn");
        var jump = await JumpAsync(page);
        Say($"a jump to another place shows rows after {jump:F0} ms");
        began = Stopwatch.GetTimestamp();
        await page.Locator("#search").FillAsync("demo");
        await page.WaitForFunctionAsync("() => !/^10/.test(document.querySelector('.under [role=status]')?.textContent ?? '')");
        Say($"a search is answered after {Since(began)} ms, of which 250 ms wait for the next letter");
        Assert.True(frames[2] <= MostDrawn, $"{frames[2]} rows are drawn");
        Assert.True(jump < JumpBound, $"rows after {jump:F0} ms");
        await RemoveSessionsAsync();
    }

    [Fact]
    public async Task A_list_that_is_drawn_where_one_looks_shows_rows_wherever_that_is()
    {
        await using var admin = await demo.EnterConsoleAsync("console-looking", "administrators");
        await AddSessionsAsync("console-looking", 450);
        await admin.GoAsync("console", "/sessions?search=console-looking");
        await admin.IsInteractiveAsync();
        await admin.Page.EvaluateAsync("scrollTo(0, document.documentElement.scrollHeight)");
        await admin.SaysAsync("451 shown");
        foreach (var width in new[] { 1280, 390 })
        {
            await admin.Page.SetViewportSizeAsync(width, 860);
            foreach (var place in new[] { 1.0, 0.5, 0.02 })
                Assert.True(await JumpAsync(admin.Page, place) < JumpBound, $"nothing is shown at {place} of the list at {width} pixels");
        }

        await RemoveSessionsAsync();
    }

    // Until a row stands where one looks.
    private static Task<double> JumpAsync(IPage page, double place = 0.33) => page.EvaluateAsync<double>(
        """
        async ([place, bound]) => {
          const began = performance.now();
          scrollTo(0, (document.documentElement.scrollHeight - innerHeight) * place);
          const seen = () => [...document.querySelectorAll('tbody tr')].some(row => { const at = row.getBoundingClientRect(); return row.querySelector('time') && at.bottom > 100 && at.top < innerHeight - 100; });
          do await new Promise(requestAnimationFrame); while (!seen() && performance.now() - began < bound);
          return performance.now() - began;
        }
        """, new[] { place, JumpBound });

    private static Task<string> ShownAsync(IPage page) => page.Locator(".under [role=status]").InnerTextAsync();

    // Of a sign-in that was made: ten thousand of them would take the password hash an hour.
    private async Task AddSessionsAsync(string name, int count)
    {
        await using var database = await OpenAsync();
        var columns = new List<string>();
        await using (var asked = new SqliteCommand("SELECT name FROM pragma_table_info('Sessions')", database))
        await using (var reader = await asked.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync()) columns.Add(reader.GetString(0));
        }

        var values = columns.Select(static column => column switch
        {
            "Id" => "printf('ses_many%05d', n.i)",
            "CookieHash" => "randomblob(32)",
            "LastUse" => "LastUse - n.i * 10",
            _ => $"\"{column}\"",
        });
        await using var add = new SqliteCommand(
            $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
            INSERT INTO Sessions ({string.Join(", ", columns.Select(static column => $"\"{column}\""))})
            SELECT {string.Join(", ", values)} FROM n, (SELECT * FROM Sessions WHERE UserId = (SELECT Id FROM Users WHERE UserName = $name) LIMIT 1)
            """, database);
        add.Parameters.AddWithValue("$name", name);
        Assert.Equal(count, await add.ExecuteNonQueryAsync());
    }

    private async Task RemoveSessionsAsync()
    {
        await using var database = await OpenAsync();
        await using var remove = new SqliteCommand("DELETE FROM Sessions WHERE Id LIKE 'ses_many%'", database);
        await remove.ExecuteNonQueryAsync();
    }

    private async Task<SqliteConnection> OpenAsync()
    {
        var database = new SqliteConnection($"Data Source={Path.Combine(demo.Product.Data, "doorward.db")};Pooling=False;Default Timeout=60");
        await database.OpenAsync();
        return database;
    }

    private long Memory()
    {
        using var process = Process.GetProcessById(demo.Product.Id);
        return process.WorkingSet64;
    }

    private static long Since(long began) => (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds;

    private static void Say(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);
}
