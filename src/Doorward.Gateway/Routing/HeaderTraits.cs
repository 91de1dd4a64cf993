using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Doorward.Gateway.Routing;

/// <summary>What one walk over the headers finds. What it means is said by <see cref="RefusalTable"/>.</summary>
[Flags]
internal enum HeaderTraits
{
    None = 0,
    TransferEncoding = 1,
    OddTransferEncoding = 2,
    LengthTwice = 4,
    ConnectionSpecific = 8,
    Control = 16,
}

internal static class HeaderScan
{
    private static readonly SearchValues<char> s_control = SearchValues.Create("\r\n\0");

    public static HeaderTraits Read(IHeaderDictionary headers)
    {
        var traits = HeaderTraits.None;
        var encoding = headers.TransferEncoding;
        if (encoding.Count > 0)
        {
            traits |= HeaderTraits.TransferEncoding | HeaderTraits.ConnectionSpecific;
            if (!IsExactly(encoding, "chunked")) traits |= HeaderTraits.OddTransferEncoding;
            if (headers.ContentLength is not null) traits |= HeaderTraits.LengthTwice;
        }

        // Kestrel renames Content-Length to this when both came; no honest client sends it.
        if (headers.ContainsKey("X-Content-Length")) traits |= HeaderTraits.LengthTwice;
        if (headers.Connection.Count > 0 || headers.KeepAlive.Count > 0 || headers.Upgrade.Count > 0 || headers.ContainsKey("Proxy-Connection"))
        {
            traits |= HeaderTraits.ConnectionSpecific;
        }

        if (headers.TE is { Count: > 0 } te && !IsExactly(te, "trailers")) traits |= HeaderTraits.ConnectionSpecific;
        foreach (var (name, values) in headers)
        {
            if (HasControl(name) || HasControl(values)) traits |= HeaderTraits.Control;
        }

        return traits;
    }

    public static bool IsExactly(StringValues values, string token) =>
        values.Count == 1 && string.Equals(values[0], token, StringComparison.OrdinalIgnoreCase);

    public static bool HasToken(StringValues values, string token)
    {
        foreach (var value in values)
        {
            foreach (var part in value.AsSpan().Split(','))
            {
                if (value.AsSpan(part).Trim(" \t").Equals(token, StringComparison.OrdinalIgnoreCase)) return true;
            }
        }

        return false;
    }

    private static bool HasControl(StringValues values)
    {
        foreach (var value in values)
        {
            if (HasControl(value)) return true;
        }

        return false;
    }

    private static bool HasControl(string? text) => text.AsSpan().ContainsAny(s_control);
}
