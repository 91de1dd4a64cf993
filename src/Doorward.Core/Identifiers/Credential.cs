using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Doorward.Core.Identifiers;

/// <summary>
/// Makes bearer secrets (handles, codes, nonces, tokens): 256 random bits as base64url. What is kept or compared of one is
/// the SHA-256 of its text, exactly as it travels.
/// </summary>
public static class Credential
{
    public const int Bytes = 32;

    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
