namespace Doorward.EndToEnd.Tests.Apart;

/// <summary>Waits for a condition, for as long as a loaded machine may need.</summary>
internal static class Eventually
{
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, int seconds = 60)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(begun) > TimeSpan.FromSeconds(seconds))
                throw new TimeoutException($"It did not come about that {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
