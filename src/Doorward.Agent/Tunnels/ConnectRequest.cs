using Doorward.Core.Tunnels;

namespace Doorward.Agent.Tunnels;

/// <summary>A CONNECT request (RFC 9110 section 9.3.6): a host and a port, and nothing that a page could have had a browser send.</summary>
internal sealed record ConnectRequest(string Host, int Port)
{
    /// <summary>Reads a head without the empty line that ends it; null when it is none.</summary>
    public static ConnectRequest? Parse(string head)
    {
        var lines = head.Split("\r\n");
        if (lines[0].Split(' ') is not ["CONNECT", var target, "HTTP/1.1" or "HTTP/1.0"] || !TunnelTarget.TryRead(target, out var host, out var port)) return null;
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0) return null;
            // Pages' requests carry one; CONNECT never has a body, nor comes from a page.
            if (line[..colon].ToLowerInvariant() is "origin" or "referer" or "content-length" or "transfer-encoding") return null;
        }

        return new ConnectRequest(host, port);
    }
}
