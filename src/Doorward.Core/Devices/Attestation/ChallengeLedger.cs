using System.Security.Cryptography;

namespace Doorward.Core.Devices.Attestation;

/// <summary>
/// The challenges that are out: each is for one device, lives a minute and is answered once. It is taken out before the answer is
/// looked at, so that of many answers at once, right or wrong, one is looked at.
/// </summary>
public sealed class ChallengeLedger(TimeProvider time, int capacity = 20_000)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);
    private const int NonceBytes = 32;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (string Device, DateTimeOffset Issued, long Ticks)> _out = [];
    private readonly Queue<string> _order = [];

    /// <summary>A new nonce for a device. Beyond the capacity the oldest challenge is forgotten: its answer is then refused.</summary>
    public byte[] Issue(string device)
    {
        var nonce = RandomNumberGenerator.GetBytes(NonceBytes);
        lock (_lock)
        {
            while (_order.Count >= capacity) _out.Remove(_order.Dequeue());
            var key = Convert.ToHexString(nonce);
            _out.Add(key, (device, time.GetUtcNow(), time.GetTimestamp()));
            _order.Enqueue(key);
        }

        return nonce;
    }

    /// <summary>Whether this device may still answer this nonce. Whatever comes of it, nobody may again.</summary>
    public AttestationVerdict Redeem(string device, ReadOnlySpan<byte> nonce)
    {
        (string Device, DateTimeOffset Issued, long Ticks) challenge;
        lock (_lock)
        {
            if (!_out.Remove(Convert.ToHexString(nonce), out challenge) || challenge.Device != device)
                return AttestationVerdict.Refused(AttestationFault.Nonce, "nobody asked this device that, or it was answered already");
        }

        // Over when either clock says so: the one stops while the machine sleeps, the other can be set.
        var age = TimeSpan.FromTicks(Math.Max((time.GetUtcNow() - challenge.Issued).Ticks, time.GetElapsedTime(challenge.Ticks).Ticks));
        return age <= Lifetime ? AttestationVerdict.Proven : AttestationVerdict.Refused(AttestationFault.Stale, "the challenge is older than a minute");
    }
}
