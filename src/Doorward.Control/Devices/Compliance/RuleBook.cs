using System.Collections.Concurrent;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Devices.Compliance;

/// <summary>The rules in force, compiled once for each version.</summary>
internal sealed class RuleBook
{
    private const int Most = 4_096;
    private readonly ConcurrentDictionary<string, PostureRule> _compiled = new(StringComparer.Ordinal);

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
