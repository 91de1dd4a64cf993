using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Connections;

/// <summary>
/// What one session may have open and how fast it may ask, so that the flood of one person, or of one stolen cookie, is not everybody's.
/// A session beyond its limits is refused; nothing of it is ended.
/// </summary>
internal sealed class SessionTraffic(GatewayOptions options, TimeProvider clock)
{
    /// <summary>Seconds of the rate that may come at once: a page with all its parts, a program that starts.</summary>
    private const int Burst = 2;

    private readonly long _burst = clock.TimestampFrequency * Burst;
    private readonly long _interval = options.SessionRate == 0 ? 0 : clock.TimestampFrequency / options.SessionRate;

    /// <summary>Counts a request until its answer has been sent. False when the session has enough of them, or asks too fast.</summary>
    public bool TryAdmit(HttpContext context, SessionAllowance allowance)
    {
        if (_interval != 0 && !allowance.TryPay(clock.GetTimestamp(), _interval, _burst)) return false;
        if (!allowance.TryBegin(options.SessionRequestLimit)) return false;
        context.Response.OnCompleted(
            static allowance =>
            {
                ((SessionAllowance)allowance).End();
                return Task.CompletedTask;
            },
            allowance);

        // Somebody answers for the connection, as for so many others: what is beyond that goes on counting as nobody's.
        context.Features.Get<ClientConnection>()?.Vouch(allowance, options.SessionRequestLimit);
        return true;
    }
}

/// <summary>What a session uses of its limits. Written by all its requests at once.</summary>
internal sealed class SessionAllowance
{
    private int _requests;
    private int _connections;
    private long _paidUntil;

    public int Requests => Volatile.Read(ref _requests);

    public int Connections => Volatile.Read(ref _connections);

    public bool TryBegin(int most) => TryAdd(ref _requests, most);

    public void End() => Interlocked.Decrement(ref _requests);

    public bool TryConnect(int most) => TryAdd(ref _connections, most);

    public void Disconnect() => Interlocked.Decrement(ref _connections);

    /// <summary>The generic cell rate algorithm: each request pays for an interval, at most a burst ahead of time.</summary>
    public bool TryPay(long now, long interval, long burst)
    {
        for (var paid = Volatile.Read(ref _paidUntil); ; paid = Volatile.Read(ref _paidUntil))
        {
            var until = Math.Max(paid, now) + interval;
            if (until - now > burst) return false;
            if (Interlocked.CompareExchange(ref _paidUntil, until, paid) == paid) return true;
        }
    }

    private static bool TryAdd(ref int count, int most)
    {
        if (Interlocked.Increment(ref count) <= most) return true;
        Interlocked.Decrement(ref count);
        return false;
    }
}
