using System.Collections.Concurrent;

namespace Doorward.Agent.Posture;

/// <summary>
/// The machine's files, or those of a tree that stands for one (<c>--root DIR</c>): every reader of facts reads through here. What is not
/// there, cannot be read or is too large is null: a fact from it is then unknown.
/// </summary>
internal sealed class FileTree(string root)
{
    private const int Usual = 1024 * 1024;
    private const int MostAsked = 4096;

    // The kernel tells of no changes there.
    private static readonly string[] Silent = ["/proc/", "/sys/", "/dev/"];
    private readonly ConcurrentDictionary<string, bool> _asked = new(StringComparer.Ordinal);

    /// <summary>The paths that were asked for so far, there or not, and whether as a folder: who knows when they change knows when to read again.</summary>
    public IEnumerable<KeyValuePair<string, bool>> Asked => _asked;

    public bool Exists(string path) => Path.Exists(At(path));

    public string? ReadText(string path, int limit = Usual) => ReadBytes(path, limit) is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : null;

    /// <summary>The first line, without blanks around it, as the kernel's small files have it.</summary>
    public string? ReadLine(string path) => ReadText(path)?.Split('\n')[0].Trim();

    public byte[]? ReadBytes(string path, int limit = Usual)
    {
        try
        {
            // Files of the kernel say that they have no length: what matters is what they give.
            using var stream = new FileStream(At(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            using var bytes = new MemoryStream();
            var chunk = new byte[32 * 1024];
            while (stream.Read(chunk) is > 0 and var count)
            {
                if (bytes.Length + count > limit) return null;
                bytes.Write(chunk, 0, count);
            }

            return bytes.ToArray();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Names in a folder, sorted; empty when there is no such folder.</summary>
    public IReadOnlyList<string> Names(string folder)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(At(folder, isFolder: true)).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public DateTimeOffset? Modified(string path)
    {
        try
        {
            return Path.Exists(At(path)) ? File.GetLastWriteTimeUtc(At(path)) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string At(string path, bool isFolder = false)
    {
        var at = Path.Join(root, path);
        if (Silent.Any(silent => at.StartsWith(silent, StringComparison.Ordinal) || at.StartsWith($"/{silent}", StringComparison.Ordinal))) return at;
        var whole = Path.GetFullPath(at);
        if (isFolder) _asked[whole] = true;
        else if (_asked.Count < MostAsked) _asked.TryAdd(whole, false);
        return at;
    }
}
