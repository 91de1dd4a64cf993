using System.Text.Json.Nodes;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Private;

/// <summary>What is published for the private site: what staff reaches on a device that is in order, and two applications that Bob has without one.</summary>
internal static class SiteDocuments
{
    public const string Web = "web";
    public const int SshPort = 22;
    public const int WebPort = 8080;
    public const int BytesPort = 7000;

    public static JsonObject[] All() =>
    [
        Document("Connector", "site", "{}"),
        Tcp("server", SshPort, ""","ssh":{"principals":["root"],"lifetime":"10m"}"""),
        Tcp("db", PostgresServer.Port), Tcp("bytes", BytesPort), Tcp("quiet", BytesPort), Tcp("loud", BytesPort),
        Document("Application", Web, $$"""{"hosts":["{{Web}}.{{ApartProduct.Domain}}"],"connector":"site","upstream":"http://server.internal:{{WebPort}}"}"""),
        Document("PostureRule", "firewall", """{"when":"context.posture.firewall.pass","loosen":"0s"}"""),
        Staff("alice"), Policy("true"),
        Quiet("bob"), Permit("quiet", """principal in Group::"quiet", action == Action::"tunnel", resource == Application::"quiet" """),
        Permit("loud", """principal == User::"bob", action == Action::"tunnel", resource == Application::"loud" """),
    ];

    public static JsonObject Staff(params string[] members) => Group("staff", members);

    /// <summary>Who may use the application of that name.</summary>
    public static JsonObject Quiet(params string[] members) => Group("quiet", members);

    /// <summary>What staff reaches, on one more condition.</summary>
    public static JsonObject Policy(string condition) => Permit(
        "site",
        """principal in Group::"staff", action in Action::"access", resource""",
        $$"""when { [Application::"server", Application::"db", Application::"bytes", Application::"web"].contains(resource) && context has device && context.device.bound && context.device.compliant && {{condition}} }""");

    private static JsonObject Tcp(string name, int port, string more = "") => Document("Application", name, $$"""{"connector":"site","tcp":["server.internal:{{port}}"] {{more}} }""");

    private static JsonObject Permit(string name, string scope, string when = "") => LocalApi.Document("Policy", name, new JsonObject { ["cedar"] = $"permit ({scope}) {when};" });

    private static JsonObject Group(string name, string[] members) =>
        LocalApi.Document("Group", name, new JsonObject { ["members"] = new JsonArray([.. members.Select(static member => JsonValue.Create(member))]) });

    private static JsonObject Document(string kind, string name, string spec) => LocalApi.Document(kind, name, JsonNode.Parse(spec)!.AsObject());
}
