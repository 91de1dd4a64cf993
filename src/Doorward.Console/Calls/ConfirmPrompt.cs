using Doorward.Control.Api;
using Microsoft.AspNetCore.Http;

namespace Doorward.Console.Calls;

/// <summary>Where an act that needs a confirmation waits for it, and the one dialog of the page that asks; of one circuit.</summary>
public sealed class ConfirmPrompt
{
    internal static readonly ApiProblem Declined = new()
    {
        Title = "Not confirmed, so not done",
        Status = StatusCodes.Status403Forbidden,
        Detail = "Nothing was changed: this needs you to confirm that it is you.",
        Fix = "Try again, and confirm in the window that opens.",
    };

    private Func<ApiProblem, Task<bool>>? _dialog;

    /// <summary>Whether the person confirmed. While a page is drawn for the first time nobody can, and nothing acts.</summary>
    internal Task<bool> AskAsync(ApiProblem problem) => _dialog is { } ask ? ask(problem) : Task.FromResult(false);

    internal IDisposable Answer(Func<ApiProblem, Task<bool>> dialog)
    {
        _dialog = dialog;
        return new Answering(this, dialog);
    }

    private sealed class Answering(ConfirmPrompt prompt, Func<ApiProblem, Task<bool>> dialog) : IDisposable
    {
        public void Dispose()
        {
            if (prompt._dialog == dialog)
                prompt._dialog = null;
        }
    }
}
