using System.Collections.Concurrent;
using System.Net.Security;

namespace Doorward.Gateway.Feed;

internal sealed record IssuedCertificate(SslStreamCertificateContext Context, DateTimeOffset RenewAt, DateTimeOffset Expires);

/// <summary>
/// The certificates in memory. Those of hosts that a door names stay; of those below wildcards, where anybody can name another one,
/// so many that were used last.
/// </summary>
internal sealed class IssuedCertificates(int wildcardLimit)
{
    private readonly ConcurrentDictionary<string, IssuedCertificate> _named = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Used> _belowWildcards = new(StringComparer.Ordinal);
    private long _uses;

    public IssuedCertificate? Find(string host)
    {
        if (_named.TryGetValue(host, out var issued))
            return issued;
        if (!_belowWildcards.TryGetValue(host, out var used))
            return null;
        used.At = Interlocked.Increment(ref _uses);
        return used.Certificate;
    }

    public void Put(string host, IssuedCertificate certificate, bool isNamed)
    {
        if (isNamed)
        {
            _named[host] = certificate;
            _belowWildcards.TryRemove(host, out _);
            return;
        }

        _belowWildcards[host] = new Used(certificate) { At = Interlocked.Increment(ref _uses) };
        // A look at all of them, as seldom as certificates below wildcards are asked for.
        while (_belowWildcards.Count > wildcardLimit && _belowWildcards.MinBy(entry => entry.Value.At).Key is { } oldest)
            _belowWildcards.TryRemove(oldest, out _);
    }

    private sealed class Used(IssuedCertificate certificate)
    {
        private long _at;

        public IssuedCertificate Certificate => certificate;

        public long At
        {
            get => Volatile.Read(ref _at);
            set => Volatile.Write(ref _at, value);
        }
    }
}
