using System.Security.Cryptography;
using System.Text;
using Doorward.Core.Devices;

namespace Doorward.Agent.Keys;

/// <summary>
/// A key in a file, for machines that have nothing better. The file is sealed to the machine's id (<c>/etc/machine-id</c> and the like):
/// a copy of the file alone, from a backup say, is of no use elsewhere. A copy of the disk is, and root can read both.
/// </summary>
internal sealed class FileDeviceKey : IDeviceKey
{
    // magic | salt | nonce | tag | sealed PKCS #8, all of it authenticated
    private const int SaltBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private readonly ECDsa _key;

    private FileDeviceKey(ECDsa key) => _key = key;

    public KeyAssurance Assurance => KeyAssurance.File;

    public ECParameters PublicKey => _key.ExportParameters(includePrivateParameters: false);

    private static ReadOnlySpan<byte> Magic => "doorward device key 1\n"u8;

    public static FileDeviceKey Create(string path, string machineId)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var secret = key.ExportPkcs8PrivateKey();
        try
        {
            PrivateFile.WriteNew(path, Seal(secret, machineId));
            return new FileDeviceKey(key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    public static FileDeviceKey Open(string path, string machineId)
    {
        var key = ECDsa.Create();
        var secret = Unseal(path, PrivateFile.Read(path), machineId);
        try
        {
            key.ImportPkcs8PrivateKey(secret, out _);
            return new FileDeviceKey(key);
        }
        catch (CryptographicException error)
        {
            key.Dispose();
            throw new DeviceKeyException($"{path} does not hold a device key", error);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    public byte[] SignHash(ReadOnlySpan<byte> hash)
    {
        lock (_key) return _key.SignHash(hash.ToArray());
    }

    public void Dispose() => _key.Dispose();

    private static byte[] Seal(byte[] secret, string machineId)
    {
        var file = new byte[Magic.Length + SaltBytes + NonceBytes + TagBytes + secret.Length];
        Magic.CopyTo(file);
        var (salt, nonce, tag, text) = Parts(file);
        RandomNumberGenerator.Fill(salt.Span);
        RandomNumberGenerator.Fill(nonce.Span);
        using var aes = new AesGcm(SealingKey(salt.Span, machineId), TagBytes);
        aes.Encrypt(nonce.Span, secret, text.Span, tag.Span, Magic);
        return file;
    }

    private static byte[] Unseal(string path, byte[] file, string machineId)
    {
        if (file.Length <= Magic.Length + SaltBytes + NonceBytes + TagBytes || !file.AsSpan().StartsWith(Magic))
            throw new DeviceKeyException($"{path} is not a device key");
        var (salt, nonce, tag, text) = Parts(file);
        var secret = new byte[text.Length];
        try
        {
            using var aes = new AesGcm(SealingKey(salt.Span, machineId), TagBytes);
            aes.Decrypt(nonce.Span, text.Span, tag.Span, secret, Magic);
            return secret;
        }
        catch (AuthenticationTagMismatchException error)
        {
            throw new DeviceKeyException($"{path} was made on another machine, or was changed: remove it and enrol this device again", error);
        }
    }

    private static (Memory<byte> Salt, Memory<byte> Nonce, Memory<byte> Tag, Memory<byte> Text) Parts(byte[] file)
    {
        var rest = file.AsMemory(Magic.Length);
        return (rest[..SaltBytes], rest.Slice(SaltBytes, NonceBytes), rest.Slice(SaltBytes + NonceBytes, TagBytes), rest[(SaltBytes + NonceBytes + TagBytes)..]);
    }

    private static byte[] SealingKey(ReadOnlySpan<byte> salt, string machineId)
    {
        if (machineId.Length == 0) throw new DeviceKeyException("this machine has no id that a key file could be sealed to");
        var key = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(machineId), key, salt, "doorward device key file"u8);
        return key;
    }
}
