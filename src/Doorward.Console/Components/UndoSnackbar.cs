using MudBlazor;

namespace Doorward.Console.Components;

/// <summary>Says what was done and offers to take it back, in place of asking before.</summary>
public static class UndoSnackbar
{
    public static void Offer(ISnackbar snackbar, string done, string undo, Func<Task> undoAsync) => snackbar.Add(done, Severity.Normal, bar =>
    {
        bar.Action = undo;
        bar.VisibleStateDuration = 8000;
        bar.OnClick = _ => undoAsync();
    });
}
