using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Devices.Reports;

/// <summary>
/// What acknowledges a report and comes back in the next one. Made so that it can be read again without being kept: the number of the
/// report that it acknowledges, when, and a MAC over both for that device: number 8 | ticks 8 | MAC 16.
/// </summary>
internal sealed class ReportNonces(TimeProvider time)
{
    private const int KeyBytes = 32;
    private const int MacBytes = 16;
    private const int Length = 16 + MacBytes;
    private byte[] _key = [];

    /// <summary>Reads the key, or makes it. Called once, before anything is served.</summary>
    public async Task OpenAsync(DoorwardDb db, SecretSealer sealer, CancellationToken ct)
    {
        const string name = "report";
        _key = await db.WriteAsync(async token =>
        {
            if (await db.Secrets.AsNoTracking().SingleOrDefaultAsync(s => s.Purpose == SecretPurposes.DeviceNonce, token) is { } kept)
                return sealer.Unseal(SecretPurposes.DeviceNonce, name, kept.Sealed);
            var made = RandomNumberGenerator.GetBytes(KeyBytes);
            db.Secrets.Add(new SealedSecret
            {
                Purpose = SecretPurposes.DeviceNonce,
                Name = name,
                Sealed = sealer.Seal(SecretPurposes.DeviceNonce, name, made),
                Created = time.GetUtcNow(),
            });
            await db.SaveChangesAsync(token);
            return made;
        }, ct);
    }

    public byte[] For(string device, ulong sequence)
    {
        var nonce = new byte[Length];
        BinaryPrimitives.WriteUInt64BigEndian(nonce, sequence);
        BinaryPrimitives.WriteInt64BigEndian(nonce.AsSpan(8), time.GetUtcNow().UtcTicks);
        Mac(device, nonce.AsSpan(0, 16), nonce.AsSpan(16));
        return nonce;
    }

    /// <summary>The number that it acknowledges; null when it is none of ours, or another device's.</summary>
    public ulong? Read(string device, ReadOnlySpan<byte> nonce)
    {
        if (nonce.Length != Length) return null;
        Span<byte> mac = stackalloc byte[MacBytes];
        Mac(device, nonce[..16], mac);
        return CryptographicOperations.FixedTimeEquals(mac, nonce[16..]) ? BinaryPrimitives.ReadUInt64BigEndian(nonce) : null;
    }

    private void Mac(string device, ReadOnlySpan<byte> said, Span<byte> mac)
    {
        if (_key.Length == 0) throw new InvalidOperationException("The key has not been read.");
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, [.. said, .. Encoding.ASCII.GetBytes(device)], whole);
        whole[..MacBytes].CopyTo(mac);
    }
}
