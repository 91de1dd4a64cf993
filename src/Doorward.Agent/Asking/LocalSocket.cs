using System.Net.Sockets;

namespace Doorward.Agent.Asking;

/// <summary>A Unix socket that everybody on the machine may connect to.</summary>
internal static class LocalSocket
{
    private const UnixFileMode All = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Throws <see cref="SocketException"/>, <see cref="IOException"/>, <see cref="UnauthorizedAccessException"/>, or <see cref="ArgumentException"/> for a path that is too long.</summary>
    public static Socket Listen(string path, int waiting)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);

            // Of an agent that was killed: we hold the folder, so nobody listens on it.
            File.Delete(path);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, All);
            socket.Listen(waiting);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static bool IsUnusable(Exception error) => error is SocketException or IOException or UnauthorizedAccessException or ArgumentException;
}
