using System.Text.Json;
using Doorward.Control.Policies;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Editing;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Resources;

/// <summary>An installation whose resources can be edited without HTTP between.</summary>
internal sealed class ResourceFixture : IAsyncDisposable
{
    /// <summary>One of each: a person in a group, a network, an application, and the policy that lets the group in.</summary>
    public const string World = """
        {"kind":"Group","name":"engineering","spec":{"members":["alice"]},"source":"world.yaml:1"},
        {"kind":"User","name":"alice","spec":{"email":"alice@example.test"}},
        {"kind":"Network","name":"office","spec":{"ranges":["10.0.0.0/8","2001:db8::/32"]}},
        {"kind":"Application","name":"wiki","spec":{"hosts":["Wiki.doorward.localhost"],"upstream":"http://127.0.0.1:9000","labels":{"sensitivity":"internal"},"maxSignInAge":"8h"}},
        {"kind":"Policy","name":"wiki-for-engineering","spec":{"cedar":"permit (principal in Group::\"engineering\", action in Action::\"access\", resource == Application::\"wiki\");"}}
        """;

    private readonly TestInstallation _installation;

    private ResourceFixture(TestInstallation installation) => _installation = installation;

    public TestInstallation Installation => _installation;

    public ResourceEditor Editor => _installation.Services.GetRequiredService<ResourceEditor>();

    public KindTable Kinds => _installation.Services.GetRequiredService<KindTable>();

    public static async Task<ResourceFixture> CreateAsync()
    {
        var installation = await TestInstallation.CreateAsync(add: static services => services.AddResources().AddSingleton<IServer, NoServer>());
        await installation.Services.GetRequiredService<SystemResources>().EnsureAsync(CancellationToken.None);
        return new ResourceFixture(installation);
    }

    public DoorwardDb Open() => _installation.Open();

    /// <summary>Applies documents written as JSON lines.</summary>
    public Task<EditResult> ApplyAsync(string json, ApplyOptions? options = null) =>
        Editor.ApplyAsync(Documents(json), options ?? new ApplyOptions(), "local", CancellationToken.None);

    public async Task<EditResult.Done> ApplyGoodAsync(string json, ApplyOptions? options = null)
    {
        var result = await ApplyAsync(json, options);
        return Assert.IsType<EditResult.Done>(result);
    }

    public async Task<ResourceError> ApplyBadAsync(string json)
    {
        var result = await ApplyAsync(json);
        return Assert.IsType<EditResult.Refused>(result).Errors[0];
    }

    public Task<EditResult> PutAsync(string kind, string name, string spec, long? version = null) =>
        Editor.PutAsync(Kinds.Find(kind)!, name, Parse(spec), version, "local", CancellationToken.None);

    public Task<EditResult> DeleteAsync(string kind, string name, long? version = null, bool force = false) =>
        Editor.DeleteAsync(Kinds.Find(kind)!, name, version, force, "local", CancellationToken.None);

    public async Task<string?> SpecAsync(string kind, string name)
    {
        await using var db = Open();
        var found = Kinds.Find(kind)!;
        return await found.FindAsync(db, name, CancellationToken.None) is { } resource ? found.Write(resource.Spec).ToJsonString() : null;
    }

    /// <summary>Makes somebody who could come into the console.</summary>
    public async Task<User> AddAdministratorAsync(string name)
    {
        var user = await _installation.AddUserAsync(name);
        await using var db = Open();
        var stored = db.Users.Single(u => u.Id == user.Id);
        stored.PasswordHash = "hash";
        stored.TotpSecretSealed = "sealed";
        await db.SaveChangesAsync();
        return user;
    }

    public ValueTask DisposeAsync() => _installation.DisposeAsync();

    private static List<DocumentInput> Documents(string json) =>
    [
        .. Parse($"[{json}]").EnumerateArray().Select(static d => new DocumentInput(
            Text(d, "kind"), Text(d, "name"), d.TryGetProperty("spec", out var spec) ? spec : default, Text(d, "source"),
            d.TryGetProperty("version", out var version) ? version.GetInt64() : null)),
    ];

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static JsonElement Parse(string json) => JsonDocument.Parse(json).RootElement;

    private sealed class NoServer : IServer
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(Microsoft.AspNetCore.Hosting.Server.IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => throw new NotSupportedException();

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
