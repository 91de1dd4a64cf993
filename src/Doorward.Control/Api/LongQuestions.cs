using Microsoft.AspNetCore.Http;

namespace Doorward.Control.Api;

/// <summary>Lets only a few questions at a time take a processor for seconds: whoever may see may ask them, and sign-ins go on beside them.</summary>
internal sealed class LongQuestions : IDisposable
{
    public const int AtOnce = 2;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim _turns = new(AtOnce, AtOnce);

    public static readonly ApiProblem Busy = new()
    {
        Title = "Too many long questions at once",
        Status = StatusCodes.Status429TooManyRequests,
        Detail = $"{AtOnce} tests, simulations or trials are under way, which is as many as run at once.",
        Fix = "Try again in a few seconds.",
    };

    /// <summary>Null when there was no turn to be had in time. Disposing gives it back.</summary>
    public async Task<IDisposable?> EnterAsync(CancellationToken ct) => await _turns.WaitAsync(Patience, ct) ? new Turn(_turns) : null;

    public void Dispose() => _turns.Dispose();

    private sealed class Turn(SemaphoreSlim turns) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0) turns.Release();
        }
    }
}
