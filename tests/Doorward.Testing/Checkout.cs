namespace Doorward.Testing;

/// <summary>The checkout that the tests were built from, for tests that read the project itself.</summary>
public static class Checkout
{
    // What is built, fetched or run, as against what is written.
    private static readonly string[] NotSource = ["artifacts", ".build", ".doorward", ".git", "node_modules", "bin", "obj", "BenchmarkDotNet.Artifacts"];

    public static string Root { get; } = FindRoot();

    /// <summary>Every written file whose name matches, as a path from the root with forward slashes.</summary>
    public static IReadOnlyList<string> Files(string pattern) =>
        [.. Walk(new DirectoryInfo(Root), pattern).Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static IEnumerable<string> Walk(DirectoryInfo folder, string pattern)
    {
        foreach (var file in folder.EnumerateFiles(pattern).Where(file => !NotSource.Contains(file.Name)))
        {
            yield return file.FullName;
        }

        foreach (var child in folder.EnumerateDirectories().Where(child => !NotSource.Contains(child.Name) && child.LinkTarget is null))
        {
            foreach (var file in Walk(child, pattern))
            {
                yield return file;
            }
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Doorward.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("These tests run from a checkout: no Doorward.slnx above " + AppContext.BaseDirectory);
    }
}
