using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Doorward.Agent.Carrying;

/// <summary>Which user of this machine a Unix socket leads to, as the kernel says (SO_PEERCRED of unix(7)).</summary>
internal static partial class LocalUser
{
    private const int Level = 1;
    private const int PeerCredentials = 17;

    // login.defs(5) and systemd's table of users: people from the first on; programs that get a user for as long as they run, and nobody.
    private const uint FirstPerson = 1000;
    private const uint FirstDynamic = 61184;
    private const uint Nobody = 65535;

    public static uint Own => OperatingSystem.IsLinux() ? EffectiveUser() : uint.MaxValue;

    /// <summary>Null where the kernel does not say.</summary>
    public static uint? Of(Socket socket)
    {
        if (!OperatingSystem.IsLinux()) return null;
        Span<byte> credentials = stackalloc byte[3 * sizeof(int)];
        return socket.GetRawSocketOption(Level, PeerCredentials, credentials) == credentials.Length ? MemoryMarshal.Read<uint>(credentials[sizeof(int)..]) : null;
    }

    /// <summary>Root and people; not the users of programs, which a hole in a web server would give to anybody.</summary>
    public static bool IsPerson(uint user) => user is 0 or (>= FirstPerson and < FirstDynamic) or > Nobody;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
