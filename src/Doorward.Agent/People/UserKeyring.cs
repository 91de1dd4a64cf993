using System.Runtime.InteropServices;

namespace Doorward.Agent.People;

/// <summary>
/// The kernel's keyring of this user (user-keyring(7)): in memory that is never swapped, in no file, and gone with a restart or when the
/// time that was given is over. Called without libkeyutils, which few machines have; where the kernel or a container does not allow it, there is none.
/// </summary>
internal static partial class UserKeyring
{
    // keyctl(2) and its header.
    private const nint Keyring = -4;
    private const nint SetPermission = 5;
    private const nint Unlink = 9;
    private const nint Search = 10;
    private const nint ReadKey = 11;
    private const nint SetTimeout = 15;
    private const string Type = "user";

    // The user's programs, in whatever session they run; nobody else, and root only by becoming the user.
    private const nint OwnersAlone = 0x3f3f0000;
    private const int Longest = 4096;

    private static (nint Add, nint Control)? Calls => !OperatingSystem.IsLinux() ? null : RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => (248, 250),
        Architecture.Arm64 => (217, 219),
        _ => null,
    };

    /// <summary>In place of what was there. False when there is no keyring, or it cannot be read again.</summary>
    public static bool TryWrite(string name, byte[] secret, TimeSpan lifetime)
    {
        if (Calls is not { } calls) return false;
        var key = Add(calls.Add, Type, name, secret, secret.Length, Keyring);
        if (key < 0) return false;
        if (Control(calls.Control, SetPermission, key, OwnersAlone) == 0
            && Control(calls.Control, SetTimeout, key, (nint)Math.Clamp(lifetime.TotalSeconds, 1, int.MaxValue)) == 0
            && Read(name) is { } read && read.AsSpan().SequenceEqual(secret)) return true;
        Control(calls.Control, Unlink, key, Keyring);
        return false;
    }

    /// <summary>Null when there is none.</summary>
    public static byte[]? Read(string name)
    {
        if (Calls is not { } calls || Find(calls.Control, Search, Keyring, Type, name, 0) is not (> 0 and var key)) return null;
        var secret = new byte[Longest];
        return Fetch(calls.Control, ReadKey, key, secret, secret.Length) is > 0 and <= Longest and var length ? secret[..(int)length] : null;
    }

    public static void Remove(string name)
    {
        if (Calls is { } calls && Find(calls.Control, Search, Keyring, Type, name, 0) is > 0 and var key) Control(calls.Control, Unlink, key, Keyring);
    }

    [LibraryImport("libc", EntryPoint = "syscall", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Add(nint call, string type, string name, byte[] secret, nint length, nint keyring);

    [LibraryImport("libc", EntryPoint = "syscall", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Find(nint call, nint operation, nint keyring, string type, string name, nint destination);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Fetch(nint call, nint operation, nint key, byte[] secret, nint length);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Control(nint call, nint operation, nint key, nint value);
}
