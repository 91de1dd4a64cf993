using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Doorward.Gateway.Feed;
using Microsoft.Extensions.Primitives;

namespace Doorward.Gateway.Authentication;

/// <summary>
/// The cookie of one door: <c>key id . handle . MAC</c>. The MAC covers handle and host, so that a forgery, or another
/// host's cookie, is dropped before anything is looked up.
/// </summary>
internal static class ApplicationCookie
{
    public const string Name = "__Host-doorward";
    private const int LengthLimit = 256;
    private const int MacLength = 43; // 32 bytes in base64url

    /// <summary>Finds the cookie's value. False with <paramref name="several"/> set when the name stands there twice: that is two identities.</summary>
    public static bool TryFind(StringValues headers, out ReadOnlySpan<char> value, out bool several)
    {
        value = default;
        several = false;
        var found = false;
        foreach (var header in headers)
        {
            foreach (var range in header.AsSpan().Split(';'))
            {
                var pair = header.AsSpan()[range].Trim();
                if (!pair.StartsWith(Name, StringComparison.Ordinal) || pair.Length <= Name.Length || pair[Name.Length] != '=')
                    continue;
                several = found;
                found = true;
                value = pair[(Name.Length + 1)..];
            }
        }

        return found && !several;
    }

    public static bool TryVerify(CookieKeyRing keys, ReadOnlySpan<char> value, string host, out CredentialKey credential)
    {
        credential = default;
        var first = value.IndexOf('.');
        var last = value.LastIndexOf('.');
        if (value.Length > LengthLimit || first <= 0 || last <= first + 1 || value.Length - last - 1 != MacLength)
            return false;
        if (keys.Find(value[..first]) is not { } key)
            return false;
        // ASCII as all of ours, so that a character is a byte: other text could be three times as long as what is made room for.
        var handle = value[(first + 1)..last];
        if (!Ascii.IsValid(handle))
            return false;
        Span<byte> claimed = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Span<byte> actual = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (Base64Url.DecodeFromChars(value[(last + 1)..], claimed, out _, out var length) != System.Buffers.OperationStatus.Done || length != claimed.Length)
            return false;
        Mac(key, handle, host, actual);
        if (!CryptographicOperations.FixedTimeEquals(claimed, actual))
            return false;
        Span<byte> text = stackalloc byte[LengthLimit];
        credential = CredentialKey.Of(text[..Encoding.UTF8.GetBytes(handle, text)]);
        return true;
    }

    public static string Make(CookieKeyRing.Key key, string handle, string host)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Mac(key, handle, host, mac);
        return $"{key.Id}.{handle}.{Base64Url.EncodeToString(mac)}";
    }

    private static void Mac(CookieKeyRing.Key key, ReadOnlySpan<char> handle, string host, Span<byte> mac)
    {
        Span<byte> text = stackalloc byte[LengthLimit + 256];
        var length = Encoding.UTF8.GetBytes(handle, text);
        text[length++] = (byte)'|';
        length += Encoding.UTF8.GetBytes(host, text[length..]);
        HMACSHA256.HashData(key.Secret, text[..length], mac);
    }
}
