using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Doorward.Control.Devices.Providers;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Devices.Compliance;

/// <summary>
/// The rules in force, compiled once for each version; and by which versions of rules and providers devices may have been judged, so that a
/// rule that is made and deleted again between two looks leaves nobody where it put them.
/// </summary>
internal sealed class RuleBook
{
    private const int Most = 4_096;
    private const string Unfinished = "";
    private readonly Lock _lock = new();
    private readonly HashSet<string> _judgedBy = new(StringComparer.Ordinal) { Unfinished };
    private readonly ConcurrentDictionary<string, PostureRule> _compiled = new(StringComparer.Ordinal);

    /// <summary>
    /// What to judge devices by, in the transaction that writes what it says. Read by one statement: between two, another's change could be
    /// committed, and devices would be taken for judged by a version that they were not.
    /// </summary>
    public async Task<Judging> ReadToJudgeAsync(DoorwardDb db, CancellationToken ct)
    {
        var documents = await InForce(db).Select(static d => new { d.Kind, d.Name, d.Version, d.Created, d.Json }).ToListAsync(ct);
        lock (_lock) _judgedBy.Add(VersionOf(documents.Select(static d => (d.Kind, d.Name, d.Version, d.Created))));
        return new Judging(
            [.. documents.Where(static d => d.Kind == ResourceKinds.PostureRule).Select(d => RuleOf(d.Name, d.Json))],
            documents.Where(static d => d.Kind == ResourceKinds.PostureProvider).ToImmutableSortedDictionary(static d => d.Name, static d => PostureProviderKind.Load(d.Json), StringComparer.Ordinal));
    }

    /// <summary>Whether all devices were judged by this version and no other.</summary>
    public bool IsJudgedBy(string version)
    {
        lock (_lock) return _judgedBy.Count == 1 && _judgedBy.Contains(version);
    }

    /// <summary>Judges all devices by this version, or by those that come meanwhile. Until that has succeeded, they count as judged by none.</summary>
    public async Task JudgeAllAsync(string version, Func<Task> judge)
    {
        lock (_lock)
        {
            _judgedBy.Clear();
            _judgedBy.Add(version);
        }

        try
        {
            await judge();
        }
        catch
        {
            lock (_lock) _judgedBy.Add(Unfinished);
            throw;
        }
    }

    public async Task<IReadOnlyList<PostureRule>> ReadAsync(DoorwardDb db, CancellationToken ct)
    {
        var documents = await db.Resources.AsNoTracking().Where(static d => d.Kind == ResourceKinds.PostureRule)
            .OrderBy(static d => d.Name).Select(static d => new { d.Name, d.Json }).ToListAsync(ct);
        return documents.ConvertAll(document => RuleOf(document.Name, document.Json));
    }

    /// <summary>Changes when any rule or provider does.</summary>
    public static async Task<string> VersionAsync(DoorwardDb db, CancellationToken ct) =>
        VersionOf((await InForce(db).Select(static d => new { d.Kind, d.Name, d.Version, d.Created }).ToListAsync(ct)).Select(static d => (d.Kind, d.Name, d.Version, d.Created)));

    private static IQueryable<ResourceDocument> InForce(DoorwardDb db) => db.Resources.AsNoTracking()
        .Where(static d => d.Kind == ResourceKinds.PostureRule || d.Kind == ResourceKinds.PostureProvider).OrderBy(static d => d.Kind).ThenBy(static d => d.Name);

    private static string VersionOf(IEnumerable<(string Kind, string Name, long Version, DateTimeOffset Created)> documents) =>
        string.Join('|', documents.Select(static d => string.Create(CultureInfo.InvariantCulture, $"{d.Kind} {d.Name} {d.Version} {d.Created.UtcTicks}")));

    public PostureRule RuleOf(string name, string json)
    {
        if (_compiled.Count >= Most) _compiled.Clear();
        return _compiled.GetOrAdd($"{name}\0{json}", _ =>
        {
            var spec = PostureRuleKind.Load(json);
            return new PostureRule(name, spec, RuleText.Compile(name, spec.When).Text);
        });
    }
}

/// <summary>What devices are judged by at one moment.</summary>
internal sealed record Judging(IReadOnlyList<PostureRule> Rules, ImmutableSortedDictionary<string, PostureProviderSpec> Providers);
