using System.Text;
using Doorward.Gateway.Feed;
using Microsoft.Extensions.Primitives;

namespace Doorward.Gateway.Authentication;

/// <summary>A token of ours in <c>Authorization: Bearer dwt_...</c>. Any other Authorization is the upstream's business and nobody here.</summary>
internal static class DoorwardToken
{
    private const string Scheme = "Bearer ";
    private const string Prefix = "dwt_";
    private const int LengthLimit = 256;

    /// <summary>Whether any of the values carries a token of ours.</summary>
    public static bool IsIn(StringValues authorization)
    {
        foreach (var value in authorization)
        {
            if (Read(value).Length > 0)
                return true;
        }

        return false;
    }

    /// <summary>The key to look the one token up by; false when there are several values or it cannot be one of ours.</summary>
    public static bool TryRead(StringValues authorization, out CredentialKey credential)
    {
        credential = default;
        var token = authorization.Count == 1 ? Read(authorization[0]) : default;
        if (token.Length is 0 or > LengthLimit)
            return false;
        Span<byte> text = stackalloc byte[LengthLimit * 3];
        credential = CredentialKey.Of(text[..Encoding.UTF8.GetBytes(token, text)]);
        return true;
    }

    private static ReadOnlySpan<char> Read(ReadOnlySpan<char> value)
    {
        if (!value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return default;
        var token = value[Scheme.Length..].Trim();
        return token.StartsWith(Prefix, StringComparison.Ordinal) ? token : default;
    }
}
