using System.Net;
using System.Net.Sockets;

namespace Doorward.Control.Identity.SignIns;

/// <summary>Where an attempt to sign in comes from. KnownBrowser names a browser that signed this very person in before.</summary>
public sealed record AttemptSource(IPAddress Address, string? UserAgent = null, KnownBrowser? KnownBrowser = null)
{
    private IPAddress Plain => Address.IsIPv4MappedToIPv6 ? Address.MapToIPv4() : Address;

    internal string Text => Plain.ToString();

    /// <summary>What one subscriber holds: an IPv4 address, or an IPv6 /64.</summary>
    internal string Line => Prefix(Plain.AddressFamily == AddressFamily.InterNetwork ? 32 : 64);

    /// <summary>What one small network holds.</summary>
    internal string Neighbourhood => Prefix(Plain.AddressFamily == AddressFamily.InterNetwork ? 24 : 48);

    private string Prefix(int bits)
    {
        var bytes = Plain.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = Math.Clamp(bits - i * 8, 0, 8);
            bytes[i] &= (byte)(0xFF00 >> kept);
        }
        return $"{new IPAddress(bytes)}/{bits}";
    }
}

/// <summary>Proof, from an encrypted cookie, that this browser completed a sign-in of this person before.</summary>
public sealed record KnownBrowser(string UserId, string BrowserId);
