using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Doorward.Gateway.Feed;

/// <summary>The SHA-256 of a handle or token: what the gateway keeps and asks for, never the credential itself.</summary>
internal readonly record struct CredentialKey(ulong A, ulong B, ulong C, ulong D)
{
    public static CredentialKey Of(ReadOnlySpan<byte> credential)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(credential, hash);
        return FromHash(hash);
    }

    public static CredentialKey FromHash(ReadOnlySpan<byte> hash) => new(
        BinaryPrimitives.ReadUInt64BigEndian(hash),
        BinaryPrimitives.ReadUInt64BigEndian(hash[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(hash[16..]),
        BinaryPrimitives.ReadUInt64BigEndian(hash[24..]));

    public byte[] ToHash()
    {
        var hash = new byte[SHA256.HashSizeInBytes];
        BinaryPrimitives.WriteUInt64BigEndian(hash, A);
        BinaryPrimitives.WriteUInt64BigEndian(hash.AsSpan(8), B);
        BinaryPrimitives.WriteUInt64BigEndian(hash.AsSpan(16), C);
        BinaryPrimitives.WriteUInt64BigEndian(hash.AsSpan(24), D);
        return hash;
    }

    // The bits are uniform already.
    public override int GetHashCode() => (int)A;
}
