using System.Security.Cryptography;

namespace Doorward.Gateway.Feed;

/// <summary>Waits longer after each failure, up to five seconds, with jitter so that many gateways do not return at once.</summary>
internal sealed class BackOff(TimeProvider clock)
{
    private const int FirstMilliseconds = 50;
    private const int LastMilliseconds = 5_000;
    private int _ceiling = FirstMilliseconds;

    public void Reset() => _ceiling = FirstMilliseconds;

    public Task WaitAsync(CancellationToken cancellation)
    {
        var wait = RandomNumberGenerator.GetInt32(_ceiling / 2, _ceiling + 1);
        _ceiling = Math.Min(_ceiling * 2, LastMilliseconds);
        return Task.Delay(TimeSpan.FromMilliseconds(wait), clock, cancellation);
    }
}
