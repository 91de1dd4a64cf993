using Doorward.Console.Calls;
using Doorward.Console.Shell;
using Doorward.Control.Api;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;

namespace Doorward.Console.Components;

/// <summary>The reading side of the table.</summary>
public sealed partial class ListTable<TItem> : IDisposable
{
    private const int FirstPage = 100;
    private const int LaterPages = 500;
    private const int DrawnWhole = 200;
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource _life = new();
    private List<TItem>? rows;
    private ApiProblem? problem;
    private DateTimeOffset read;
    private string? path;
    private string? listed;
    private string? next;
    private bool paused;
    private bool laborious;
    private ElementReference more;
    private string? moreSeen;

    /// <summary>What the table lists, for those who do not see it.</summary>
    [Parameter, EditorRequired] public required string Label { get; set; }

    /// <summary>The list below <c>/api/v1/</c>, with its filter, without limit and cursor.</summary>
    [Parameter, EditorRequired] public required string Path { get; set; }

    [Parameter, EditorRequired] public required Func<TItem, string> Key { get; set; }

    /// <summary>Header cells.</summary>
    [Parameter, EditorRequired] public required RenderFragment Head { get; set; }

    /// <summary>The cells of one row; each names its column in <c>data-label</c>, for narrow screens.</summary>
    [Parameter, EditorRequired] public required RenderFragment<TItem> Row { get; set; }

    [Parameter, EditorRequired] public required RenderFragment Empty { get; set; }

    /// <summary>More of one item, in a row of its own below it while it is opened.</summary>
    [Parameter] public RenderFragment<TItem>? Opened { get; set; }

    [Parameter] public Func<TItem, bool> IsOpened { get; set; } = static _ => false;

    /// <summary>Rows that stay in sight although the list no longer has them.</summary>
    [Parameter] public IReadOnlyList<TItem> Kept { get; set; } = [];

    /// <summary>Whether it follows what happens while the page is in sight.</summary>
    [Parameter] public bool Live { get; set; }

    [Inject] private ConsoleApi Api { get; set; } = null!;

    [Inject] private Browser Browser { get; set; } = null!;

    [Inject] private TimeProvider Time { get; set; } = null!;

    [Inject] private IStringLocalizer<ShellText> Text { get; set; } = null!;

    private List<TItem> Shown
    {
        get
        {
            if (rows is null || Kept.Count == 0) return rows ?? [];
            var listed = rows.Select(Key).ToHashSet(StringComparer.Ordinal);
            return [.. Kept.Where(kept => !listed.Contains(Key(kept))), .. rows];
        }
    }

    /// <summary>What is read so far.</summary>
    public IReadOnlyList<TItem> Items => Shown;

    /// <summary>Reads it again from the beginning.</summary>
    public Task ReloadAsync() => ReadAsync(FirstPage);

    public void Dispose()
    {
        _life.Cancel();
        _life.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (path == Path) return;
        path = Path;
        await ReloadAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && Live) _ = FollowAsync(_life.Token);
        if (next is not null && moreSeen != next)
        {
            moreSeen = next;
            await Browser.PressWhenSeenAsync(more);
        }
    }

    private async Task FollowAsync(CancellationToken ct)
    {
        using var pace = new PeriodicTimer(Pace, Time);
        try
        {
            while (await pace.WaitForNextTickAsync(ct))
            {
                if (!await Browser.IsVisibleAsync(ct)) continue;
                paused = rows?.Count > LaterPages || laborious;
                if (!paused) await ReadAsync(Math.Max(FirstPage, rows?.Count ?? 0));
                StateHasChanged();
            }
        }
        catch (Exception end) when (end is OperationCanceledException or JSDisconnectedException)
        {
            // The page is left, or its browser is.
        }
    }

    private async Task ReadAsync(int limit)
    {
        var asked = Path;
        var answer = await Api.GetAsync<Page<TItem>>(Paged(asked, limit, null), _life.Token);

        // Another filter was chosen meanwhile.
        if (asked != Path) return;
        if (answer.Succeeded(out var page, out problem))
        {
            (rows, next, read, paused) = ([.. page.Items], page.Next, Time.GetUtcNow(), false);

            // Looked through, not looked up: again every few seconds would cost much and lose what was found further back.
            laborious = page.Next is not null && page.Items.Count < Math.Min(limit, LaterPages);
            listed = asked;
        }
        else if (listed != asked)
        {
            // What was read by another filter does not stand for this one.
            (rows, next) = (null, null);
        }
    }

    private async Task MoreAsync()
    {
        if (next is not { } cursor || rows is null) return;
        var asked = Path;
        var answer = await Api.GetAsync<Page<TItem>>(Paged(asked, LaterPages, cursor), _life.Token);
        if (asked != Path || next != cursor) return;
        if (answer.Succeeded(out var page, out problem))
        {
            rows.AddRange(page.Items);
            next = page.Next;
        }
    }

    private static string Paged(string path, int limit, string? cursor) =>
        $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit={limit}{(cursor is null ? null : $"&cursor={cursor}")}";
}
