using System.Security.Cryptography;
using System.Text;
using Doorward.Agent.Keys;

namespace Doorward.Agent.People;

/// <summary>
/// Seals a token for its file. Where the system gives each login a folder in memory (<c>XDG_RUNTIME_DIR</c>), the key lies there: a copy of
/// the disk, a backup, or the file of somebody who is not logged in opens nothing, and the sign-in ends with the last logout. Elsewhere
/// the key lies beside the file, and only its permissions protect either. Nothing here protects from a program of the same user, or from root.
/// </summary>
internal sealed class TokenSeal(string folder, string? memory)
{
    private const int KeyBytes = 32;
    private const string Name = "doorward-agent.key";
    private static readonly int s_tag = AesGcm.TagByteSizes.MaxSize;
    private static readonly int s_nonce = AesGcm.NonceByteSizes.MaxSize;

    /// <summary>For this login.</summary>
    public static TokenSeal Of(PersonFolder folder) =>
        new(folder.Location, Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } memory && Directory.Exists(memory) ? memory : null);

    /// <summary>Whether a copy of the disk is not enough to open it.</summary>
    public bool IsApart => memory is not null;

    private string KeyFile => Path.Join(memory ?? folder, Name);

    public byte[] Seal(string token)
    {
        var key = File.Exists(KeyFile) ? PrivateFile.Read(KeyFile) : NewKey();
        var text = Encoding.UTF8.GetBytes(token);
        var result = new byte[s_nonce + text.Length + s_tag];
        RandomNumberGenerator.Fill(result.AsSpan(0, s_nonce));
        using var cipher = new AesGcm(key, s_tag);
        cipher.Encrypt(result.AsSpan(0, s_nonce), text, result.AsSpan(s_nonce, text.Length), result.AsSpan(s_nonce + text.Length));
        return result;
    }

    /// <summary>Null when the key is gone, or is another.</summary>
    public string? Open(byte[] box)
    {
        if (!File.Exists(KeyFile) || box.Length < s_nonce + s_tag) return null;
        var text = new byte[box.Length - s_nonce - s_tag];
        try
        {
            using var cipher = new AesGcm(PrivateFile.Read(KeyFile), s_tag);
            cipher.Decrypt(box.AsSpan(0, s_nonce), box.AsSpan(s_nonce, text.Length), box.AsSpan(s_nonce + text.Length), text);
            return Encoding.UTF8.GetString(text);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private byte[] NewKey()
    {
        var key = RandomNumberGenerator.GetBytes(KeyBytes);
        if (!File.Exists(KeyFile)) Directory.CreateDirectory(Path.GetDirectoryName(KeyFile)!);
        PrivateFile.WriteNew(KeyFile, key);
        return key;
    }
}
