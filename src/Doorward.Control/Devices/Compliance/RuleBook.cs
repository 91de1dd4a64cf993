using System.Collections.Concurrent;
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

    /// <summary>The rules to judge devices by, in the transaction that writes what they say.</summary>
    public async Task<IReadOnlyList<PostureRule>> ReadToJudgeAsync(DoorwardDb db, CancellationToken ct)
    {
        var version = await VersionAsync(db, ct);
        lock (_lock) _judgedBy.Add(version);
        return await ReadAsync(db, ct);
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
    public static async Task<string> VersionAsync(DoorwardDb db, CancellationToken ct) => string.Join('|', await db.Resources.AsNoTracking()
        .Where(static d => d.Kind == ResourceKinds.PostureRule || d.Kind == ResourceKinds.PostureProvider).OrderBy(static d => d.Kind).ThenBy(static d => d.Name)
        .Select(static d => d.Name + " " + d.Version + " " + d.Created).ToListAsync(ct));

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
