using System.Text.Json.Nodes;
using CsCheck;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Histories;

/// <summary>People who work, each with two clients, at an application with the ordinary lease and one with the strict.</summary>
internal static class Load
{
    public const string Plain = "wiki";
    public const string Strict = "vault";
    private const int ClientsEach = 2;

    public static IReadOnlyList<string> People { get; } = ["ann", "ben", "cat", "dan"];

    public static async Task PlantAsync(LocalApi api, string upstream)
    {
        await api.ApplyAsync([.. People.Select(person => User(person, disabled: false)), Staff(People), Application(Plain, upstream), Application(Strict, upstream), Policy(Plain), Policy(Strict)]);
    }

    public static async Task RunAsync(ApartProduct product, Recording recording, ulong seed, CancellationToken stop)
    {
        var clients = People.SelectMany((person, place) => Enumerable.Range(0, ClientsEach)
            .Select(client => new LoadClient(product, recording, person, new PCG((uint)(100 + (place * ClientsEach) + client), seed)))).ToList();
        try
        {
            await Task.WhenAll(clients.Select(client => client.RunAsync(stop)));
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    public static JsonObject User(string name, bool disabled) =>
        LocalApi.Document("User", name, new JsonObject { ["email"] = $"{name}@example.test", ["disabled"] = disabled });

    public static JsonObject Staff(IEnumerable<string> members) =>
        LocalApi.Document("Group", "staff", new JsonObject { ["members"] = new JsonArray([.. members.Select(name => JsonValue.Create(name))]) });

    public static JsonObject Policy(string application) => LocalApi.Document("Policy", $"{application}-for-staff", new JsonObject
    {
        ["cedar"] = $$"""permit (principal in Group::"staff", action in Action::"access", resource == Application::"{{application}}");""",
    });

    private static JsonObject Application(string name, string upstream) => LocalApi.Document("Application", name, new JsonObject
    {
        ["hosts"] = new JsonArray($"{name}.{ApartProduct.Domain}"),
        ["upstream"] = upstream,
        ["strict"] = name == Strict,
    });
}
