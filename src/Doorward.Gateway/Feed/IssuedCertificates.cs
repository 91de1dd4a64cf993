using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography;
using Doorward.Core.Protocol;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Doorward.Gateway.Feed;

internal sealed record IssuedCertificate(SslStreamCertificateContext Context, DateTimeOffset RenewAt, DateTimeOffset Expires)
{
    /// <summary>As the control plane is told of it.</summary>
    public HostCertificateHeld ToHeld(string host) => new()
    {
        Host = host,
        NotBefore = new DateTimeOffset(Context.TargetCertificate.NotBefore).ToTimestamp(),
        NotAfter = Expires.ToTimestamp(),
        Sha256 = ByteString.CopyFrom(Context.TargetCertificate.GetCertHash(HashAlgorithmName.SHA256)),
    };
}

/// <summary>
/// The certificates in memory. Those of hosts that a door names stay; of those below wildcards, where anybody can name another one,
/// so many that were used last.
/// </summary>
internal sealed class IssuedCertificates(int wildcardLimit = IssuedCertificates.WildcardLimit)
{
    private const int WildcardLimit = 1_000;
    private readonly ConcurrentDictionary<string, IssuedCertificate> _named = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Used> _belowWildcards = new(StringComparer.Ordinal);
    private long _uses;
    private long _puts;

    /// <summary>How often one was put here: what changed since, changed the list.</summary>
    public long Puts => Volatile.Read(ref _puts);

    /// <summary>So many at most, those of hosts that a door names first.</summary>
    public IReadOnlyList<KeyValuePair<string, IssuedCertificate>> List(int most) =>
        [.. _named.ToArray().Concat(_belowWildcards.Select(static entry => KeyValuePair.Create(entry.Key, entry.Value.Certificate))).Take(most)];

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
            Interlocked.Increment(ref _puts);
            return;
        }

        _belowWildcards[host] = new Used(certificate) { At = Interlocked.Increment(ref _uses) };
        // A look at all of them, as seldom as certificates below wildcards are asked for.
        while (_belowWildcards.Count > wildcardLimit && _belowWildcards.MinBy(entry => entry.Value.At).Key is { } oldest)
            _belowWildcards.TryRemove(oldest, out _);
        Interlocked.Increment(ref _puts);
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
