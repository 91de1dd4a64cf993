using System.Collections.Concurrent;

namespace Doorward.Agent.Posture;

/// <summary>
/// The machine's files, or those of a tree that stands for one (<c>--root DIR</c>): every reader of facts reads through here. What is not
/// there, cannot be read or is too large is null: a fact from it is then unknown. Links in a tree lead to what is in it, as on the machine
/// that it stands for, and never out of it.
/// </summary>
internal sealed class FileTree(string root)
{
    private const int Usual = 1024 * 1024;
    private const int MostAsked = 4096;

    // As many as Linux follows (path_resolution(7)).
    private const int MostLinks = 40;

    // The kernel tells of no changes there.
    private static readonly string[] Silent = ["/proc/", "/sys/", "/dev/"];
    private readonly ConcurrentDictionary<string, bool> _asked = new(StringComparer.Ordinal);
    private readonly bool _isMachine = Path.GetPathRoot(Path.GetFullPath(root)) == Path.GetFullPath(root);

    /// <summary>The paths that were asked for so far, there or not, and whether as a folder: who knows when they change knows when to read again.</summary>
    public IEnumerable<KeyValuePair<string, bool>> Asked => _asked;

    public bool Exists(string path) => At(path) is { } at && Path.Exists(at);

    public string? ReadText(string path, int limit = Usual) => ReadBytes(path, limit) is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : null;

    /// <summary>The first line, without blanks around it, as the kernel's small files have it.</summary>
    public string? ReadLine(string path) => ReadText(path)?.Split('\n')[0].Trim();

    public byte[]? ReadBytes(string path, int limit = Usual)
    {
        if (At(path) is not { } at) return null;
        try
        {
            // Files of the kernel say that they have no length: what matters is what they give.
            using var stream = new FileStream(at, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
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
        if (At(folder, isFolder: true) is not { } at) return [];
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(at).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public DateTimeOffset? Modified(string path)
    {
        if (At(path) is not { } at) return null;
        try
        {
            return Path.Exists(at) ? File.GetLastWriteTimeUtc(at) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Null when it leads nowhere.
    private string? At(string path, bool isFolder = false)
    {
        if ((_isMachine ? Path.Join(root, path) : Within(path)) is not { } at) return null;
        if (Silent.Any(silent => at.StartsWith(silent, StringComparison.Ordinal) || at.StartsWith($"/{silent}", StringComparison.Ordinal))) return at;
        var whole = Path.GetFullPath(at);
        if (isFolder) _asked[whole] = true;
        else if (_asked.Count < MostAsked) _asked.TryAdd(whole, false);
        return at;
    }

    // As chroot(2) has it: a link from the root begins at the tree's, and nothing is above that.
    private string? Within(string path)
    {
        var left = new Stack<string>(PartsOf(path));
        var reached = new Stack<string>();
        for (var links = 0; left.TryPop(out var part);)
        {
            if (part is "" or ".") continue;
            if (part == "..")
            {
                reached.TryPop(out _);
                continue;
            }

            reached.Push(part);
            if (new FileInfo(Path.Join([root, .. reached.Reverse()])).LinkTarget is not { } target) continue;
            if (++links > MostLinks) return null;
            if (Path.IsPathRooted(target)) reached.Clear();
            else reached.Pop();
            foreach (var next in PartsOf(target[Path.GetPathRoot(target)!.Length..])) left.Push(next);
        }

        return Path.Join([root, .. reached.Reverse()]);
    }

    // The last first.
    private static IEnumerable<string> PartsOf(string path) => path.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Reverse();
}
