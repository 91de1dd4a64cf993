using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Console.Documents;
using Doorward.Control.Api;
using Doorward.Control.Api.Endpoints;

namespace Doorward.Console.Applications;

/// <summary>What makes an application reachable: itself, the group that may come in, and the policy that says so.</summary>
internal sealed class FirstDoor(string domain)
{
    private string? _host;

    /// <summary>Where its people sign in.</summary>
    public ProviderChoice Provider { get; } = new();

    public string Name { get; set; } = "";

    /// <summary>The name below the domain, until somebody writes another.</summary>
    public string Host
    {
        get => _host ?? (Name.Length == 0 ? "" : $"{Name}.{domain}");
        set => _host = value;
    }

    public string Upstream { get; set; } = "";

    public string Group { get; set; } = "";

    /// <summary>Names of people, divided by commas or lines; they join whoever is in the group already.</summary>
    public string Members { get; set; } = "";

    public int Assurance { get; set; } = 2;

    /// <summary>The group as it is; null while there is none.</summary>
    public ResourceView? Existing { get; set; }

    public string Policy => PolicyOf(Name, Group);

    public JsonObject ApplicationSpec => new() { ["hosts"] = new JsonArray(Host.Trim()), ["upstream"] = Upstream.Trim() };

    public JsonObject GroupSpec
    {
        get
        {
            var spec = Existing?.Spec.DeepClone().AsObject() ?? [];
            var members = (spec["members"] as JsonArray ?? []).Select(static member => member!.GetValue<string>()).Union(Typed, StringComparer.Ordinal).Order(StringComparer.Ordinal);
            spec["members"] = new JsonArray([.. members.Select(static member => JsonValue.Create(member))]);
            return spec;
        }
    }

    public JsonObject PolicySpec => new()
    {
        ["cedar"] = $$"""
            @explain("{{Name}} is open to the group {{Group}}. To join it, ask your administrator.")
            permit (principal in Group::"{{Group}}", action in Action::"access", resource == Application::"{{Name}}")
            when { context.session.assurance >= {{Assurance}} };

            """.ReplaceLineEndings("\n"),
    };

    /// <summary>Whether the group must be written: it is new, or somebody joins it.</summary>
    public bool WritesGroup => Existing is null || Typed.Length > 0;

    /// <summary>The fields without which nothing can be made, in their order.</summary>
    public IEnumerable<string> Missing() => new (string Field, bool Good)[]
    {
        ("provider-name", !Provider.Elsewhere || IsPlain(Provider.Name)),
        ("issuer", !Provider.Elsewhere || !string.IsNullOrWhiteSpace(Provider.Issuer)),
        ("client", !Provider.Elsewhere || !string.IsNullOrWhiteSpace(Provider.ClientId)),
        ("name", IsPlain(Name)),
        ("host", !string.IsNullOrWhiteSpace(Host)),
        ("upstream", !string.IsNullOrWhiteSpace(Upstream)),
        ("group", IsPlain(Group)),
    }.Where(static one => !one.Good).Select(static one => one.Field);

    /// <summary>The fields of which a problem speaks: as they are called here, or as documents call them.</summary>
    public static IEnumerable<string> FieldsOf(ApiProblem problem) =>
        (problem.Errors is { Count: > 0 } errors ? errors.Select(static error => FieldOf(error.Kind, error.Field)) : [FieldOf(null, problem.Field)]).OfType<string>().Distinct(StringComparer.Ordinal);

    private static string? FieldOf(string? kind, string? field) => (kind, field?.Split('[')[0]) switch
    {
        ("IdentityProvider", "issuer") => "issuer",
        ("IdentityProvider", "clientId") => "client",
        ("IdentityProvider", "clientSecret") => "secret",
        ("IdentityProvider", "name") => "provider-name",
        ("Group", "members") => "members",
        ("Group", "name") => "group",
        (_, "hosts") => "host",
        (_, { } own) => own,
        _ => null,
    };

    /// <summary>What the policy that opens a door to a group is called; nothing while either has no name.</summary>
    public static string PolicyOf(string name, string group) => name.Length == 0 || group.Length == 0 ? "" : $"{name}-for-{group}";

    /// <summary>Names become host labels and quoted strings in a policy: neither may carry syntax.</summary>
    public static bool IsPlain(string name) =>
        name.Length is > 0 and <= 63 && name[0] != '-' && name[^1] != '-' && name.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    public string ApplicationYaml => DocumentYaml.Write("Application", Name, ApplicationSpec);

    public string GroupYaml => DocumentYaml.Write("Group", Group, GroupSpec);

    public string PolicyYaml => DocumentYaml.Write("Policy", Policy, PolicySpec);

    public string Yaml => string.Join("---\n", new[] { Provider.Elsewhere ? Provider.Yaml : null, ApplicationYaml, WritesGroup ? GroupYaml : null, PolicyYaml }.Where(static document => document is not null));

    /// <summary>All but the group is new, and the group as it was looked at: who left it meanwhile is not let in again.</summary>
    public ApplyBody Documents => new(
    [
        .. Provider.Elsewhere ? [Document("IdentityProvider", Provider.Name, Provider.ToSpec(), 0)] : Array.Empty<DocumentBody>(),
        Document("Application", Name, ApplicationSpec, 0),
        .. WritesGroup ? [Document("Group", Group, GroupSpec, Existing?.Version ?? 0)] : Array.Empty<DocumentBody>(),
        Document("Policy", Policy, PolicySpec, 0),
    ]);

    private static DocumentBody Document(string kind, string name, JsonObject spec, long version) => new(kind, name, JsonSerializer.SerializeToElement(spec), Version: version);

    private string[] Typed => Members.Split([',', '\n', '\r', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
