using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Doorward.Cedar.Tests.Corpus;

/// <summary>
/// The folder that DOORWARD_CEDAR_CORPUS names: a checkout of the public repository cedar-policy/cedar-integration-tests, or a folder
/// with the same archive of generated tests (corpus-tests.tar.gz, corpus-open.tar.gz) and handwritten tests.
/// </summary>
internal static class CorpusFolder
{
    public const string Variable = "DOORWARD_CEDAR_CORPUS";

    // ./test.sh repeats lines that begin like this.
    private static readonly Lazy<bool> Note = new(() =>
    {
        Console.WriteLine($"note: the Cedar corpus was not run; clone https://github.com/cedar-policy/cedar-integration-tests and set {Variable} to its folder");
        return true;
    });

    public static string? Path => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path ? path : null;

    public static bool SayOnceHowToGet() => Note.Value;

    public static IEnumerable<CorpusCase> ReadGenerated(string folder)
    {
        var archive = Directory.EnumerateFiles(folder, "corpus-*.tar.gz").Order(StringComparer.Ordinal).FirstOrDefault()
            ?? throw new FileNotFoundException($"There is no corpus-*.tar.gz in {folder}.");
        var files = Unpack(archive);
        return Select(files);
    }

    public static IEnumerable<CorpusCase> ReadHandwritten(string folder)
    {
        var root = Directory.Exists(System.IO.Path.Combine(folder, "handwritten")) ? System.IO.Path.Combine(folder, "handwritten") : folder;
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var part in new[] { "tests", "sample-data" })
        {
            foreach (var file in Directory.EnumerateFiles(System.IO.Path.Combine(root, part), "*", SearchOption.AllDirectories))
                files[System.IO.Path.GetRelativePath(root, file).Replace('\\', '/')] = File.ReadAllBytes(file);
        }
        return Select(files);
    }

    // A test is every JSON object that names its policies; the other JSON files are entities and schemas.
    private static IEnumerable<CorpusCase> Select(Dictionary<string, byte[]> files)
    {
        foreach (var (name, bytes) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            if (!name.EndsWith(".json", StringComparison.Ordinal) || name.EndsWith(".entities.json", StringComparison.Ordinal)) continue;
            using var json = JsonDocument.Parse(bytes);
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("policies", out var policies)) continue;
            yield return new CorpusCase(
                name,
                Encoding.UTF8.GetString(files[policies.GetString()!]),
                Encoding.UTF8.GetString(files[json.RootElement.GetProperty("schema").GetString()!]),
                json.RootElement.GetProperty("shouldValidate").GetBoolean(),
                files[json.RootElement.GetProperty("entities").GetString()!],
                [.. json.RootElement.GetProperty("requests").EnumerateArray().Select(CorpusRequest.Read)]);
        }
    }

    private static Dictionary<string, byte[]> Unpack(string archive)
    {
        using var file = File.OpenRead(archive);
        using var unzipped = new GZipStream(file, CompressionMode.Decompress);
        using var tar = new TarReader(unzipped);
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.DataStream is not { } data) continue;
            using var content = new MemoryStream();
            data.CopyTo(content);
            files[entry.Name] = content.ToArray();
        }
        return files;
    }
}
