using System.Security.Cryptography;

namespace Doorward.Agent.Keys;

/// <summary>Files that only their owner may read. One that others may read is not read: somebody may have.</summary>
internal static class PrivateFile
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = (UnixFileMode)0b111_111;
    private const int Largest = 64 * 1024;

    /// <summary>Writes a file that was not there, all of it or nothing, so that it survives a crash.</summary>
    public static void WriteNew(string path, ReadOnlySpan<byte> bytes) => Write(path, bytes, overwrite: false);

    /// <summary>The same, in place of the file that is there.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> bytes) => Write(path, bytes, overwrite: true);

    public static byte[] Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(stream.SafeFileHandle) & Others) != 0)
                throw new DeviceKeyException($"{path} may be read by others, who may have copied it: remove it and enrol this device again");
            if (stream.Length > Largest) throw new DeviceKeyException($"{path} is larger than any key");
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DeviceKeyException($"cannot read {path}: {error.Message}", error);
        }
    }

    private static void Write(string path, ReadOnlySpan<byte> bytes, bool overwrite)
    {
        var beside = $"{path}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Owner;
        try
        {
            using (var stream = new FileStream(beside, options))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            File.Delete(beside);
            throw new DeviceKeyException($"cannot write {path}: {error.Message}", error);
        }
    }
}
