using Doorward.Agent.Platform.Windows;

namespace Doorward.Agent.Posture;

internal enum PlatformKind { Linux, Windows, MacOS }

/// <summary>A machine as readers of facts see it: this one, or a tree that stands for one.</summary>
internal sealed record Machine
{
    public required PlatformKind Platform { get; init; }
    public required FileTree Files { get; init; }
    public required IQuestions Questions { get; init; }
    public required IRegistry Registry { get; init; }
    public required TimeProvider Time { get; init; }

    public DateOnly Today => DateOnly.FromDateTime(Time.GetUtcNow().UtcDateTime);

    /// <summary>The machine that this runs on.</summary>
    public static Machine This(TimeProvider time) => new()
    {
        Platform = OperatingSystem.IsWindows() ? PlatformKind.Windows : OperatingSystem.IsMacOS() ? PlatformKind.MacOS : PlatformKind.Linux,
        Files = new FileTree(OperatingSystem.IsWindows() ? Path.GetPathRoot(Environment.SystemDirectory)! : "/"),
        Questions = new ProgramQuestions(),
        Registry = OperatingSystem.IsWindows() ? new LiveRegistry() : new ExportedRegistry(""),
        Time = time,
    };

    /// <summary>A tree of files, recorded answers and, for Windows, an exported registry (<c>registry.reg</c>).</summary>
    public static Machine Recorded(PlatformKind platform, string root, TimeProvider time)
    {
        const int largestRegistry = 16 * 1024 * 1024;
        var files = new FileTree(root);
        return new Machine
        {
            Platform = platform,
            Files = files,
            Questions = new RecordedQuestions(files),
            Registry = new ExportedRegistry(files.ReadText("registry.reg", largestRegistry) ?? ""),
            Time = time,
        };
    }
}
