using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Control;
using Doorward.Control.Api.InProcess;
using Doorward.Control.Feeds;
using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Doorward.Core.Devices;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;
using Doorward.Testing.Product;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Console.Tests.Roles;

/// <summary>A control plane that runs, with one person of each role and one thing of each kind for them to act on.</summary>
internal sealed class RoleGround : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _folder;

    private RoleGround(WebApplication app, string folder) => (_app, _folder) = (app, folder);

    public InProcessApi Api => _app.Services.GetRequiredService<InProcessApi>();

    private IDbContextFactory<DoorwardDb> Databases => _app.Services.GetRequiredService<IDbContextFactory<DoorwardDb>>();

    public string SessionOfBob { get; private set; } = "";

    public static async Task<RoleGround> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("doorward-").FullName;
        var app = await ControlPlane.BuildAsync(new ControlOptions { DataDirectory = folder }, CancellationToken.None);
        await app.StartAsync();
        var ground = new RoleGround(app, folder);
        await ground.PlantAsync();
        return ground;
    }

    /// <summary>Somebody of a group who has just signed in.</summary>
    public async Task<ActingSession> SignInAsync(string name)
    {
        await using var db = await Databases.CreateDbContextAsync();
        var user = db.Users.Single(u => u.UserName == name);
        var begun = await _app.Services.GetRequiredService<SessionStore>().StartAsync(
            new SignIn { UserId = user.Id, Assurance = 2, Methods = ["otp", "pwd"], SecurityEpoch = user.SecurityEpoch }, CancellationToken.None);
        return new ActingSession(begun!.Session.Id, null);
    }

    /// <summary>What bob has open: a gateway that says nothing for a while is forgotten.</summary>
    public async Task ReportAsync(string address = "192.0.2.1")
    {
        await using var db = await Databases.CreateDbContextAsync();
        var report = new GrantReport { Complete = true };
        report.Grants.Add(new GrantState { Id = "grn_bob", SessionId = SessionOfBob, SubjectId = db.Users.Single(static u => u.UserName == "bob").Id, Application = "wiki", Address = address });
        _app.Services.GetRequiredService<LiveGrants>().Report("edge", report);
    }

    /// <summary>A request for an application whose upstream did not answer.</summary>
    public async Task FailAsync(string application, TimeSpan ago)
    {
        await using var db = await Databases.CreateDbContextAsync();
        db.Refusals.Add(new RefusalEntry { Id = Identifier.New("ref"), Gateway = "edge", At = TimeProvider.System.GetUtcNow() - ago, Status = 502, Code = "upstream-down", Told = "It does not answer.", Application = application });
        await db.SaveChangesAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task PlantAsync()
    {
        using var owner = new LocalApi(_folder);
        await ApplyAsync(
            owner,
            ("User", "adam", new { }), ("User", "adam2", new { }), ("User", "ulla", new { }), ("User", "holly", new { }), ("User", "paul", new { }), ("User", "bob", new { }), ("User", "ci", new { service = true }),
            ("Group", "administrators", new { members = new[] { "adam", "adam2" } }), ("Group", "auditors", new { members = new[] { "ulla" } }), ("Group", "helpdesk", new { members = new[] { "holly" } }),
            ("Group", "staff", new { members = new[] { "bob" } }),
            ("Application", "wiki", new { hosts = new[] { "wiki.doorward.localhost" }, upstream = "http://127.0.0.1:9" }),
            ("Connector", "site", new { }),
            ("PostureRule", "firewall-on", new { when = "context.posture.firewall.pass" }),
            ("PostureProvider", "sensor", new { product = "wazuh", webhook = new { secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=" } }));
        foreach (var level in new[] { 1, 2 })
            await ApplyAsync(owner, ("Policy", "wiki-for-staff", new { cedar = $"permit (principal in Group::\"staff\", action, resource == Application::\"wiki\") when {{ context.session.assurance >= {level} }};" }));
        await owner.PostAsync("users/bob/credentials", new JsonObject { ["password"] = "correct horse battery staple" });
        await owner.PostAsync("tokens", new JsonObject { ["user"] = "ci", ["applications"] = new JsonArray("wiki"), ["name"] = "nightly" });
        SessionOfBob = (await SignInAsync("bob")).Id;
        await using var db = await Databases.CreateDbContextAsync();
        var now = TimeProvider.System.GetUtcNow();
        db.Gateways.Add(new Gateway { Name = "edge", Joined = now, KeyHash = new byte[32], CertificateExpires = now.AddDays(1) });
        db.Devices.AddRange(Machine("laptop", DeviceStanding.Active), Machine("kiosk", DeviceStanding.Held));
        db.ConnectorReplicas.AddRange(Replica("relay", now), Replica("mill", now));
        db.ConnectorInvitations.Add(new ConnectorInvitation { Hash = new byte[32], Connector = "site", CreatedBy = "adam", Created = now, Expires = now.AddHours(1) });
        db.AssertionKeys.Add(new Control.Storage.AssertionKey { Kid = "edge-1", Gateway = "edge", X = "AA", Y = "AA", NotAfter = now.AddDays(2) });
        await db.SaveChangesAsync();
        await owner.PostAsync("connectors/site/replicas/rep-mill/drain", new JsonObject());
    }

    private static ConnectorReplica Replica(string host, DateTimeOffset joined) =>
        new() { Id = $"rep-{host}", Connector = "site", HostName = host, PublicKey = [], KeyHash = System.Text.Encoding.UTF8.GetBytes(host), Joined = joined, InvitedBy = "adam" };

    private static Device Machine(string name, DeviceStanding standing) => new()
    {
        Id = $"dev_{name}",
        Name = name,
        NormalizedName = name.ToUpperInvariant(),
        Platform = "linux",
        HostName = name,
        PublicKey = [],
        KeyHash = System.Text.Encoding.UTF8.GetBytes(name),
        KeyAssurance = KeyAssurance.File,
        Standing = standing,
        HoldCause = standing == DeviceStanding.Held ? DeviceHoldCause.Administrator : null,
        Enrolled = TimeProvider.System.GetUtcNow(),
        InvitedBy = "adam",
        CertificateExpires = TimeProvider.System.GetUtcNow().AddDays(1),
    };

    private static Task<JsonNode?> ApplyAsync(LocalApi owner, params (string Kind, string Name, object Spec)[] documents) =>
        owner.ApplyAsync([.. documents.Select(static one => LocalApi.Document(one.Kind, one.Name, JsonSerializer.SerializeToNode(one.Spec)!.AsObject()))]);
}
