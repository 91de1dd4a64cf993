using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>An authenticator app of a person who never shows the same code twice; the code of the step after this one is good, too.</summary>
public sealed class Authenticator(string secret = Visitor.TotpSecret)
{
    private const int StepSeconds = 30;
    private long _last;

    public async Task<string> NextAsync()
    {
        // Never the code of the step before, good as it still is: typed at the end of this one, it would come too late.
        var step = Math.Max(_last + 1, Now);
        while (step > Now + 1)
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        _last = step;
        return Totp.At(secret, DateTimeOffset.FromUnixTimeSeconds(step * StepSeconds));
    }

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / StepSeconds;
}
