namespace Doorward.Agent.Posture.Watching;

/// <summary>
/// Rings when something changes that facts are read from: each file that a reader asked for, there or not, and the firewall's rules. What
/// the kernel tells of no change (its own files, services) is found at the next regular reading.
/// </summary>
internal sealed class PostureWatch(FileTree files, Alarm alarm)
{
    private const int MostFolders = 256;
    private readonly LinuxNews _news = new();
    private readonly Lock _lock = new();
    private Dictionary<int, HashSet<string>> _names = [];

    /// <summary>Whether changes of the firewall's rules are told at once.</summary>
    public bool HearsFirewall => _news.HearsFirewall;

    public void Start() => _news.Listen(Told, alarm.Ring);

    /// <summary>Watches what was asked for so far; a folder that was replaced is found again.</summary>
    public void Follow()
    {
        var folders = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var (path, isFolder) in files.Asked)
        {
            if (isFolder && Directory.Exists(path)) NamesOf(folders, path).Add("");
            Add(folders, path);
        }

        var names = new Dictionary<int, HashSet<string>>();
        foreach (var (folder, watched) in folders.Take(MostFolders))
        {
            if (_news.Watch(folder) is >= 0 and var number) names[number] = watched;
        }

        lock (_lock) _names = names;
    }

    // What is not there is waited for in the nearest folder that is.
    private static void Add(Dictionary<string, HashSet<string>> folders, string path)
    {
        for (var (name, folder) = (Path.GetFileName(path), Path.GetDirectoryName(path)); folder is not null; (name, folder) = (Path.GetFileName(folder), Path.GetDirectoryName(folder)))
        {
            if (!Directory.Exists(folder)) continue;
            NamesOf(folders, folder).Add(name);
            return;
        }
    }

    private static HashSet<string> NamesOf(Dictionary<string, HashSet<string>> folders, string folder)
    {
        if (!folders.TryGetValue(folder, out var names)) folders[folder] = names = new HashSet<string>(StringComparer.Ordinal);
        return names;
    }

    private void Told(int number, string name)
    {
        lock (_lock)
        {
            // A name that nobody asked for is no news; one without a name is the folder itself.
            if (name.Length > 0 && _names.TryGetValue(number, out var names) && !names.Contains(name) && !names.Contains("")) return;
        }

        alarm.Ring();
    }
}
