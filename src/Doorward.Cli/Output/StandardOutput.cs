using Microsoft.Win32.SafeHandles;

namespace Doorward.Cli.Output;

/// <summary>
/// Stdout as a file. The console's own stream swallows that its reader left, and what streams without end would go on for nobody
/// (`audit tail | head`).
/// </summary>
internal static class StandardOutput
{
    private const int BrokenPipe = 32; // EPIPE

    public static Stream Open() => OperatingSystem.IsWindows()
        ? System.Console.OpenStandardOutput()
        : new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);

    /// <summary>Whether a write failed because whoever read has seen enough, which is no failure.</summary>
    public static bool IsReaderGone(Exception failure) => failure is IOException && (failure.HResult & 0xFFFF) == BrokenPipe;
}
