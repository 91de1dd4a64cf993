using Doorward.Core.Protocol;
using Doorward.Gateway.Feed;

namespace Doorward.Gateway.Assertions;

/// <summary>
/// The gateway's signing keys: a new one daily, or when the control plane wants one, announced first and used only once it is published.
/// The old one stays published longer than anything signed by it lives.
/// </summary>
internal sealed class AssertionKeys(TimeProvider clock) : IReporter
{
    private static readonly TimeSpan Rotation = TimeSpan.FromDays(1);
    private static readonly TimeSpan Life = TimeSpan.FromDays(2);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMinutes(1);
    private readonly Lock _gate = new();
    private TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _early;
    private SigningKey? _announced;
    private SigningKey? _current;

    /// <summary>The key to sign with; null before the first acknowledgement, or when the last key has run out.</summary>
    public SigningKey? Current => Volatile.Read(ref _current) is { } key && clock.GetUtcNow() < key.NotAfter ? key : null;

    public async Task ReportAsync(Uplink uplink, CancellationToken stream)
    {
        // A control plane restored from a backup may have forgotten the key that we use: it is told again on each stream.
        if (Current is { } known)
            await uplink.SendAsync(new GatewayMessage { AssertionKey = known.ToMessage() }, stream);
        var told = "";
        while (true)
        {
            var wanted = Volatile.Read(ref _wanted).Task;
            if (NextToAnnounce() is { } next && next.Kid != told)
            {
                await uplink.SendAsync(new GatewayMessage { AssertionKey = next.ToMessage() }, stream);
                told = next.Kid;
            }

            await Task.WhenAny(wanted, Task.Delay(LookInterval, clock, stream));
            stream.ThrowIfCancellationRequested();
        }
    }

    public bool Take(ControlMessage message)
    {
        switch (message.KindCase)
        {
            case ControlMessage.KindOneofCase.AssertionKeyAccepted:
                Use(message.AssertionKeyAccepted.Kid);
                return true;
            case ControlMessage.KindOneofCase.RotateAssertionKey:
                lock (_gate)
                    _early = true;
                Interlocked.Exchange(ref _wanted, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
                return true;
            default:
                return false;
        }
    }

    private void Use(string kid)
    {
        lock (_gate)
        {
            if (_announced?.Kid != kid)
                return;
            Volatile.Write(ref _current, _announced);
            (_announced, _early) = (null, false);
        }
    }

    private SigningKey? NextToAnnounce()
    {
        var now = clock.GetUtcNow();
        lock (_gate)
        {
            var isDue = _early || _current is not { } current || now - current.Created >= Rotation;
            return isDue ? _announced ??= new SigningKey(now, Life) : null;
        }
    }
}
