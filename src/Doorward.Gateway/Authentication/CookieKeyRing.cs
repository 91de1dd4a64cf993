using System.Collections.Immutable;
using System.Security.Cryptography;
using Doorward.Core.Protocol;

namespace Doorward.Gateway.Authentication;

/// <summary>The installation's cookie keys at one revision, newest first: the newest signs, all verify.</summary>
internal sealed class CookieKeyRing(ImmutableArray<CookieKeyRing.Key> keys)
{
    public static readonly CookieKeyRing Empty = new([]);

    public Key? Newest => keys.IsEmpty ? null : keys[0];

    public static CookieKeyRing Of(IEnumerable<CookieKey> keys) =>
        new([.. keys.OrderByDescending(key => key.Created.ToDateTimeOffset()).Select(key => new Key(key.Id, key.Key.ToByteArray()))]);

    public Key? Find(ReadOnlySpan<char> id)
    {
        foreach (var key in keys)
        {
            if (id.SequenceEqual(key.Id))
                return key;
        }

        return null;
    }

    /// <summary>One key. What encrypts the flow cookie is derived, so that no key has two uses.</summary>
    internal sealed class Key(string id, byte[] secret)
    {
        private static readonly byte[] FlowPurpose = "doorward flow cookie v1"u8.ToArray();

        public string Id => id;

        public ReadOnlySpan<byte> Secret => secret;

        public byte[] Flow { get; } = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: FlowPurpose);
    }
}
