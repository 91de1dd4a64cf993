using System.Text.RegularExpressions;
using Doorward.Testing;

namespace Doorward.Agent.Tests.Posture;

/// <summary>
/// A tree of files that stands for a machine, unpacked from one text (<c>Trees/NAME.txt</c>): <c>-- path --</c> begins a file, and
/// <c>-- path (hex) --</c> one of bytes. All of it bears one time.
/// </summary>
internal sealed partial class FixtureTree : IDisposable
{
    public FixtureTree(string text, DateTimeOffset modified)
    {
        foreach (var (path, bytes) in Files(text))
        {
            var file = System.IO.Path.Join(Path, path);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, bytes);
            File.SetLastWriteTimeUtc(file, modified.UtcDateTime);
        }

        foreach (var folder in Directory.EnumerateDirectories(Path, "*", SearchOption.AllDirectories)) Directory.SetLastWriteTimeUtc(folder, modified.UtcDateTime);
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("doorward-tree-").FullName;

    public static FixtureTree Of(string name, DateTimeOffset modified) =>
        new(Checkout.Read($"tests/Doorward.Agent.Tests/Posture/Trees/{name}.txt"), modified);

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static IEnumerable<(string Path, byte[] Bytes)> Files(string text)
    {
        const string hex = " (hex)";
        var heads = Head().Matches(text);
        foreach (var (index, head) in heads.Index())
        {
            var end = index + 1 < heads.Count ? heads[index + 1].Index : text.Length;
            var (name, content) = (head.Groups[1].Value, text[(head.Index + head.Length)..end]);
            yield return name.EndsWith(hex, StringComparison.Ordinal)
                ? (name[..^hex.Length], Convert.FromHexString(content.Replace(" ", "", StringComparison.Ordinal).Trim()))
                : (name, System.Text.Encoding.UTF8.GetBytes(content));
        }
    }

    [GeneratedRegex(@"(?m)^-- (.+) --\n")]
    private static partial Regex Head();
}
