using Doorward.Console.Layout;
using Doorward.Control.Api;

namespace Doorward.Console.Components;

/// <summary>
/// What pages say of acts that are done, for a while and whatever page comes next. Ours and not MudBlazor's, whose snackbars write style
/// elements into the page that the content policy refuses.
/// </summary>
public sealed class Toasts(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(20);
    private readonly Lock _lock = new();
    private readonly List<Toast> _shown = [];
    private readonly CancellationTokenSource _life = new();

    /// <summary>Raised from any thread.</summary>
    public event Action? Changed;

    public IReadOnlyList<Toast> Shown
    {
        get
        {
            lock (_lock) return [.. _shown];
        }
    }

    public void Say(string text, bool wrong = false) => Add(new Toast(text, wrong, null, null));

    /// <summary>Says what was done, and where it is to be seen.</summary>
    public void Say(string text, string address) => Add(new Toast(text, false, null, null) { Address = address });

    /// <summary>Says why something was not done, on whatever page.</summary>
    public void Say(ApiProblem problem) => Say(DisplayText.Of(problem.Detail is null ? problem.Title : $"{problem.Title}: {problem.Detail}", 500), wrong: true);

    /// <summary>Says what was done, with a button that takes it back.</summary>
    public void Offer(string done, string undo, Func<Task> undoAsync) => Add(new Toast(done, false, undo, undoAsync));

    public void Remove(Toast toast)
    {
        lock (_lock) _shown.Remove(toast);
        Changed?.Invoke();
    }

    public void Dispose()
    {
        _life.Cancel();
        _life.Dispose();
    }

    private void Add(Toast toast)
    {
        lock (_lock)
        {
            if (_shown.Count == 3) _shown.RemoveAt(0);
            _shown.Add(toast);
        }

        Changed?.Invoke();
        _ = ForgetAsync(toast, _life.Token);
    }

    private async Task ForgetAsync(Toast toast, CancellationToken ct)
    {
        try
        {
            await Task.Delay(Lifetime, time, ct);
            Remove(toast);
        }
        catch (OperationCanceledException)
        {
            // The circuit is gone.
        }
    }
}

/// <param name="Undo">The word on the button; null for none.</param>
public sealed record Toast(string Text, bool Wrong, string? Undo, Func<Task>? UndoAsync)
{
    /// <summary>A link behind the text; null for none.</summary>
    public string? Address { get; init; }
}
