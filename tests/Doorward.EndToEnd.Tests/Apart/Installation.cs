using System.Net;
using System.Text.Json.Nodes;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Apart;

/// <summary>Control plane and gateway apart, an upstream, and one application that the group staff may use.</summary>
internal sealed class Installation : IAsyncDisposable
{
    private Installation(ApartProduct product, Upstream upstream) => (Product, Upstream) = (product, upstream);

    public ApartProduct Product { get; }

    public Upstream Upstream { get; }

    public string Wiki => Product.Url("wiki");

    /// <param name="people">Imported, and members of staff but for <c>bob</c>.</param>
    /// <param name="gatewayExecutable">As <see cref="ApartProduct.StartAsync"/> takes it.</param>
    /// <param name="gatewayData">As <see cref="ApartProduct.StartAsync"/> takes it.</param>
    /// <param name="controlData">As <see cref="ApartProduct.StartAsync"/> takes it.</param>
    public static async Task<Installation> StartAsync(
        string[] people, string? gatewayExecutable = null, string? gatewayData = null, string? controlData = null)
    {
        var installation = new Installation(await ApartProduct.StartAsync(gatewayExecutable, gatewayData, controlData), await Upstream.StartAsync());
        try
        {
            await installation.PlantAsync(people);
            return installation;
        }
        catch
        {
            await installation.DisposeAsync();
            throw;
        }
    }

    /// <summary>A visitor who has signed in at the wiki and was let in.</summary>
    public async Task<Visitor> SignInAsync(string name)
    {
        var visitor = Product.NewVisitor();
        using var response = await visitor.SignInAsync(Wiki, name);
        return response.StatusCode == HttpStatusCode.OK && (await response.Content.ReadAsStringAsync()).Contains($"Doorward-User: {name}", StringComparison.Ordinal)
            ? visitor
            : throw new InvalidOperationException($"{name} could not sign in: {(int)response.StatusCode}\n{await response.Content.ReadAsStringAsync()}");
    }

    /// <summary>The status that a script with the visitor's cookies gets; 0 when nobody answers.</summary>
    public async Task<int> StatusAsync(Visitor visitor, string host = "wiki")
    {
        try
        {
            using var response = await visitor.SendAsync(HttpMethod.Get, Product.Url(host), api: true);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    public Task<LiveClient> OpenWebSocketAsync(Visitor visitor, Version version, string host = "wiki") => LiveClient.OpenWebSocketAsync(
        Product.Port, Product.CaFile, Product.Url(host, "/ws"), visitor.CookieHeader($"{host}.{ApartProduct.Domain}"), version);

    public Task RevokeAsync(string name) => Product.Api.PostAsync("sessions/revoke", new JsonObject { ["user"] = name });

    public Task ProtectAsync(string name, bool strict = false) => Product.Api.ApplyAsync(
        LocalApi.Document("Application", name, new JsonObject { ["hosts"] = new JsonArray($"{name}.{ApartProduct.Domain}"), ["upstream"] = Upstream.Address, ["strict"] = strict }),
        LocalApi.Document("Policy", $"{name}-for-staff", new JsonObject
        {
            ["cedar"] = $$"""permit (principal in Group::"staff", action in Action::"access", resource == Application::"{{name}}");""",
        }));

    public async ValueTask DisposeAsync()
    {
        await Product.DisposeAsync();
        await Upstream.DisposeAsync();
    }

    private async Task PlantAsync(string[] people)
    {
        foreach (var name in people)
            await Product.AddUserAsync(name);
        var staff = new JsonArray([.. people.Where(name => name != "bob").Select(name => JsonValue.Create(name))]);
        await Product.Api.ApplyAsync(LocalApi.Document("Group", "staff", new JsonObject { ["members"] = staff }));
        await ProtectAsync("wiki");
        await Product.ConnectedAsync();
    }
}
