using System.Net;
using System.Text.Json.Nodes;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Cuts;

/// <summary>
/// The running product with two upstreams, and a bystander who has signed in. Each test brings doors and people of its own, so that
/// nothing of one test's changes is left for the next.
/// </summary>
public sealed class CutGround : IAsyncLifetime
{
    public const string Quiet = "quiet";
    private Upstream _upstream = null!;
    private GrpcPeer _grpc = null!;

    public ProductProcess Product { get; private set; } = null!;

    public Visitor Bystander { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _upstream = await Upstream.StartAsync();
        _grpc = await GrpcPeer.StartAsync();
        Product = await ProductProcess.StartAsync();
        await Product.AddUserAsync("bystander");
        await Product.ApplyAsync($"{Application(Quiet)}\n---\n{Policy(Quiet, "true")}\n---\n{Group(Quiet, "bystander")}");
        Bystander = await SignInAsync("bystander", Quiet);
    }

    public async ValueTask DisposeAsync()
    {
        Bystander.Dispose();
        await Product.DisposeAsync();
        await _grpc.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    public string Application(string name, string more = "") =>
        $"kind: Application\nname: {name}\nhosts: [{name}.{ProductProcess.Domain}]\nupstream: {_upstream.Address}\n{more}";

    public string GrpcApplication(string name) =>
        $"kind: Application\nname: {name}-grpc\nhosts: [{name}-grpc.{ProductProcess.Domain}]\nupstream: {_grpc.Address}\nprotocol: http2\n";

    /// <summary>One policy for the door and its gRPC twin.</summary>
    public static string Policy(string name, string condition) => $$"""
        kind: Policy
        name: {{name}}
        cedar: |
          permit (principal in Group::"{{name}}", action in Action::"access", resource)
          when { [Application::"{{name}}", Application::"{{name}}-grpc"].contains(resource) && context.session.assurance >= 2 && {{condition}} };
        """;

    public static string Group(string name, params string[] members) => $"kind: Group\nname: {name}\nmembers: [{string.Join(", ", members)}]";

    /// <summary>A door with its gRPC twin, a person who has just come in by password and code, and the bystander beside.</summary>
    public async Task<Visitor> OpenDoorAsync(string name)
    {
        await Product.AddUserAsync(name);
        await Product.ApplyAsync($"{Application(name)}\n---\n{GrpcApplication(name)}\n---\n{Policy(name, "true")}\n---\n{Group(name, name, "bystander")}");
        var visitor = await SignInAsync(name, name);
        using var second = await visitor.FollowAsync(HttpMethod.Get, Product.Url($"{name}-grpc"));
        return visitor;
    }

    public Task EnterAsync(Visitor visitor, string name) => visitor.FollowAsync(HttpMethod.Get, Product.Url(name));

    /// <summary>One of each kind of connection that stays open. The first two are WebSockets.</summary>
    public async Task<IReadOnlyList<LiveClient>> OpenAllAsync(Visitor visitor, string name)
    {
        var (port, ca, cookies) = (Product.Port, Path.Combine(Product.Data, "ca.pem"), visitor.CookieHeader($"{name}.{ProductProcess.Domain}"));
        string Url(string path) => Product.Url(name, path);
        return await Task.WhenAll(
            LiveClient.OpenWebSocketAsync(port, ca, Url("/ws"), cookies, HttpVersion.Version11),
            LiveClient.OpenWebSocketAsync(port, ca, Url("/ws"), cookies, HttpVersion.Version20),
            LiveClient.OpenStreamAsync(port, ca, Url("/drip"), cookies, HttpVersion.Version11),
            LiveClient.OpenStreamAsync(port, ca, Url("/drip"), cookies, HttpVersion.Version20),
            LiveClient.OpenStreamAsync(port, ca, Url("/download"), cookies, HttpVersion.Version11),
            LiveClient.OpenUploadAsync(port, ca, Url("/upload"), cookies, HttpVersion.Version11),
            LiveClient.OpenUploadAsync(port, ca, Url("/upload"), cookies, HttpVersion.Version20),
            LiveClient.OpenIdleAsync(port, ca, Url("/"), cookies),
            GrpcPeer.OpenAsync(visitor, new Uri(Product.Url($"{name}-grpc"))));
    }

    public async Task<LiveClient> OpenStreamAsync(Visitor visitor, string name) => await LiveClient.OpenStreamAsync(
        Product.Port, Path.Combine(Product.Data, "ca.pem"), Product.Url(name, "/drip"), visitor.CookieHeader($"{name}.{ProductProcess.Domain}"), HttpVersion.Version20);

    public async Task<JsonNode> SessionAsync(string user) =>
        JsonNode.Parse(await Product.RunAsync(["session", "list", "-o", "json"]))!.AsArray().Single(session => session!["user"]!.GetValue<string>() == user)!;

    private async Task<Visitor> SignInAsync(string user, string application)
    {
        var visitor = Product.NewVisitor();
        using var page = await visitor.SignInAsync(Product.Url(application), user);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        return visitor;
    }
}
