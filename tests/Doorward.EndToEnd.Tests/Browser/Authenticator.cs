using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>An authenticator app of a person who never shows the same code twice; codes of the steps beside this one are good, too.</summary>
public sealed class Authenticator(string secret = Visitor.TotpSecret)
{
    private const int StepSeconds = 30;
    private long _last;

    public async Task<string> NextAsync()
    {
        var step = Math.Max(_last + 1, Now - 1);
        while (step > Now + 1)
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        _last = step;
        return Totp.At(secret, DateTimeOffset.FromUnixTimeSeconds(step * StepSeconds));
    }

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / StepSeconds;
}
