using Doorward.Core.Protocol;
using Doorward.Gateway.Feed;

namespace Doorward.Gateway.Assertions;

/// <summary>
/// The gateway's signing keys: a new one daily, announced first and used only once the control plane has published it.
/// The old one stays published longer than anything signed by it lives.
/// </summary>
internal sealed class AssertionKeys(TimeProvider clock) : IReporter
{
    private static readonly TimeSpan Rotation = TimeSpan.FromDays(1);
    private static readonly TimeSpan Life = TimeSpan.FromDays(2);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMinutes(1);
    private readonly Lock _gate = new();
    private SigningKey? _announced;
    private SigningKey? _current;

    /// <summary>The key to sign with; null before the first acknowledgement, or when the last key has run out.</summary>
    public SigningKey? Current => Volatile.Read(ref _current) is { } key && clock.GetUtcNow() < key.NotAfter ? key : null;

    public async Task ReportAsync(Uplink uplink, CancellationToken stream)
    {
        // A control plane restored from a backup may have forgotten the key that we use: it is told again on each stream.
        if (Current is { } known)
            await uplink.SendAsync(new GatewayMessage { AssertionKey = known.ToMessage() }, stream);
        using var timer = new PeriodicTimer(LookInterval, clock);
        var told = "";
        do
        {
            if (NextToAnnounce() is { } next && next.Kid != told)
            {
                await uplink.SendAsync(new GatewayMessage { AssertionKey = next.ToMessage() }, stream);
                told = next.Kid;
            }
        }
        while (await timer.WaitForNextTickAsync(stream));
    }

    public bool Take(ControlMessage message)
    {
        if (message.KindCase != ControlMessage.KindOneofCase.AssertionKeyAccepted)
            return false;
        lock (_gate)
        {
            if (_announced?.Kid == message.AssertionKeyAccepted.Kid)
            {
                Volatile.Write(ref _current, _announced);
                _announced = null;
            }
        }

        return true;
    }

    private SigningKey? NextToAnnounce()
    {
        var now = clock.GetUtcNow();
        lock (_gate)
        {
            var isDue = _current is not { } current || now - current.Created >= Rotation;
            return isDue ? _announced ??= new SigningKey(now, Life) : null;
        }
    }
}
