using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;

namespace Doorward.Core.Devices.Posture;

/// <summary>One release of an operating system. No end of life: it goes on.</summary>
public sealed record OsRelease(string Release, DateOnly? EndOfLife, DateOnly? Extended, string? Latest);

/// <summary>When releases of operating systems end, from endoflife.date (see os-lifecycle.LICENSE).</summary>
public static class OsLifecycle
{
    private static readonly Lazy<FrozenDictionary<string, ImmutableArray<OsRelease>>> Products = new(Read);

    public static ImmutableArray<OsRelease> Of(string product) => Products.Value.GetValueOrDefault(product, []);

    /// <summary>The release that a version belongs to: <c>9.4</c> is of <c>9</c>, and <c>3.22.1</c> of <c>3.22</c>. Null when none is known.</summary>
    public static OsRelease? Find(string product, string version)
    {
        var releases = Of(product);
        for (var name = version; name.Length > 0; name = name.LastIndexOf('.') is > 0 and var dot ? name[..dot] : "")
        {
            if (releases.FirstOrDefault(release => release.Release == name) is { } found) return found;
        }

        return null;
    }

    private static FrozenDictionary<string, ImmutableArray<OsRelease>> Read()
    {
        using var stream = typeof(OsLifecycle).Assembly.GetManifestResourceStream("os-lifecycle.json")!;
        using var json = JsonDocument.Parse(stream);
        return json.RootElement.GetProperty("products").EnumerateObject().ToFrozenDictionary(
            static product => product.Name,
            static product => product.Value.EnumerateArray().Select(Release).ToImmutableArray());
    }

    private static OsRelease Release(JsonElement release) =>
        new(Text(release, "release")!, Date(release, "endOfLife"), Date(release, "extended"), Text(release, "latest"));

    private static string? Text(JsonElement release, string name) => release.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static DateOnly? Date(JsonElement release, string name) => Text(release, name) is { } text ? DateOnly.ParseExact(text, "yyyy-MM-dd") : null;
}
