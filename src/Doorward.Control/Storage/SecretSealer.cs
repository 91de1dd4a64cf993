using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Doorward.Control.Storage;

/// <summary>
/// Seals secrets that are kept in the database with a key that is not in it: AES-256-GCM, bound to what the secret is
/// for and to the row it belongs to. Form: <c>sealed.1.KEYID.BASE64URL(nonce | ciphertext | tag)</c>.
/// </summary>
public sealed class SecretSealer : IDisposable
{
    private const string Prefix = "sealed.1.";
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int KeyBytes = 32;
    private readonly AesGcm _aes;
    private readonly string _keyId;

    private SecretSealer(byte[] key)
    {
        _keyId = Convert.ToHexStringLower(SHA256.HashData(key).AsSpan(0, 4));
        _aes = new AesGcm(key, TagBytes);
    }

    /// <summary>Which key it is; the values it sealed say it too.</summary>
    public string KeyId => _keyId;

    /// <summary>Reads DIR/keys/seal.key; makes it only while there is no database whose secrets it would have to open.</summary>
    public static SecretSealer Open(DataDirectory data)
    {
        var path = Path.Combine(data.Keys, "seal.key");
        PrivateFiles.CreateDirectory(data.Keys);
        if (!File.Exists(path) && !File.Exists(data.Database))
        {
            PrivateFiles.Write(path, RandomNumberGenerator.GetBytes(KeyBytes));
        }

        var key = PrivateFiles.ReadKey(path);
        return key.Length == KeyBytes
            ? new SecretSealer(key)
            : throw new InstallationException(InstallationFault.KeyUnreadable, $"The key {path} has {key.Length} bytes instead of {KeyBytes}. Restore it from a backup.");
    }

    public static bool IsSealed(string value) => value.StartsWith(Prefix, StringComparison.Ordinal);

    public string Seal(string purpose, string row, string secret) => Seal(purpose, row, Encoding.UTF8.GetBytes(secret));

    public string Seal(string purpose, string row, ReadOnlySpan<byte> secret)
    {
        var sealedBytes = new byte[NonceBytes + secret.Length + TagBytes];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        lock (_aes)
        {
            _aes.Encrypt(nonce, secret, sealedBytes.AsSpan(NonceBytes, secret.Length), sealedBytes.AsSpan(^TagBytes), Context(purpose, row));
        }

        return $"{Prefix}{_keyId}.{Base64Url.EncodeToString(sealedBytes)}";
    }

    /// <exception cref="CryptographicException">Another key, purpose or row, or an altered value: nothing of it may be used.</exception>
    public byte[] Unseal(string purpose, string row, string value)
    {
        var prefix = $"{Prefix}{_keyId}.";
        if (!value.StartsWith(prefix, StringComparison.Ordinal) || !Base64Url.IsValid(value.AsSpan(prefix.Length), out var length) || length < NonceBytes + TagBytes)
        {
            throw new CryptographicException("The value is not sealed with the key of this installation.");
        }

        var bytes = Base64Url.DecodeFromChars(value.AsSpan(prefix.Length));
        var secret = new byte[bytes.Length - NonceBytes - TagBytes];
        lock (_aes)
        {
            _aes.Decrypt(bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes, secret.Length), bytes.AsSpan(^TagBytes), secret, Context(purpose, row));
        }

        return secret;
    }

    public string UnsealText(string purpose, string row, string value) => Encoding.UTF8.GetString(Unseal(purpose, row, value));

    public void Dispose() => _aes.Dispose();

    // The length keeps ("ab", "c") and ("a", "bc") apart.
    private static byte[] Context(string purpose, string row) => Encoding.UTF8.GetBytes($"{purpose.Length}:{purpose}:{row}");
}
