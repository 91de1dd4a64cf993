using System.Text;
using System.Text.Json;

namespace Doorward.Cedar.Benchmarks;

/// <summary>The workloads of the table by name.</summary>
public static class Workloads
{
    private const string CorpusVariable = "DOORWARD_CEDAR_CORPUS";

    public static readonly string[] Apps = ["gdrive", "github", "tinytodo"];

    public static readonly string[] Names = [.. Apps, "scoped 1000", "scoped 100000", "unscoped 1000"];

    /// <summary>Those that can be measured here: the applications are data that the corpus's folder brings.</summary>
    public static IEnumerable<string> Available => HasCorpus ? Names : Names.Except(Apps);

    private static bool HasCorpus => Directory.Exists(Folder);

    private static readonly Dictionary<string, Workload> Made = [];

    private static string Folder => Path.Combine(Environment.GetEnvironmentVariable(CorpusVariable) ?? "", "bench");

    public static Workload Get(string name)
    {
        if (!Made.TryGetValue(name, out var workload)) Made.Add(name, workload = Create(name));
        return workload;
    }

    private static Workload Create(string name) => name switch
    {
        "scoped 1000" => Scoped(name, 1000),
        "scoped 100000" => Scoped(name, 100_000),
        "unscoped 1000" => Unscoped(name, 1000),
        _ => App(name),
    };

    public static void SayWhatIsMissing()
    {
        if (!HasCorpus) Console.WriteLine($"note: gdrive, github and tinytodo are not measured; set {CorpusVariable} to a folder that has bench/gdrive_50_0.json and the like");
    }

    private static Workload App(string name)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, $"{name}_50_0.json")));
        var entities = CedarJson.ReadEntities(Encoding.UTF8.GetBytes(json.RootElement.GetProperty("entities").GetRawText()));
        var requests = json.RootElement.GetProperty("requests").EnumerateArray().Select(request => new AuthorizationRequest(
            Uid(request.GetProperty("principal")), Uid(request.GetProperty("action")), Uid(request.GetProperty("resource")), RecordValue.Empty));
        return new Workload(name, json.RootElement.GetProperty("policies").GetString()!, entities.Value!, requests);
    }

    private static EntityUid Uid(JsonElement json) => new(json.GetProperty("type").GetString()!, json.GetProperty("id").GetString()!);

    // Each policy for a group, an action and a page; each person is in five groups, one of which is that of the page asked for, or none.
    private static Workload Scoped(string name, int count)
    {
        var policies = new StringBuilder();
        for (var i = 0; i < count; i++)
            policies.AppendLine($"permit (principal in Group::\"g{i}\", action == Action::\"read\", resource == Page::\"p{i % 1000}\") when {{ context.level >= 2 }};");
        var users = Enumerable.Range(0, 500).Select(i => new Entity(
            Uid("User", i), [.. Enumerable.Range(0, 5).Select(k => Uid("Group", (i * 7919 + k * 211) % count))]));
        var context = RecordValue.Create(("level", 3L));
        var requests = Enumerable.Range(0, 500).Select(i => new AuthorizationRequest(
            Uid("User", i), new EntityUid("Action", "read"), Uid("Page", (i * 7919 % count + (i % 2 == 0 ? 0 : 1)) % 1000), context));
        return new Workload(name, policies.ToString(), EntityStore.Create(users), requests);
    }

    // Nothing to index by: every policy is evaluated for every request.
    private static Workload Unscoped(string name, int count)
    {
        var policies = new StringBuilder();
        for (var i = 0; i < count; i++)
            policies.AppendLine($"permit (principal, action, resource) when {{ context.level > {i} && resource.owner == principal }};");
        var entities = EntityStore.Create(
            Enumerable.Range(0, 20).Select(i => new Entity(Uid("Page", i), RecordValue.Create(("owner", Uid("User", i))), [])));
        var requests = Enumerable.Range(0, 20).Select(i => new AuthorizationRequest(
            Uid("User", i), new EntityUid("Action", "read"), Uid("Page", i), RecordValue.Create(("level", i % 2 == 0 ? 500L : 0L))));
        return new Workload(name, policies.ToString(), entities, requests);
    }

    private static EntityUid Uid(string type, int number) => new(type, $"{type[..1].ToLowerInvariant()}{number}");
}
