using System.Net;
using System.Text;
using System.Text.Json;
using Doorward.Control.Api;
using Doorward.Control.Api.InProcess;
using Doorward.Control.Feeds;
using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Doorward.Core.Devices;
using Doorward.Core.Protocol;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Api;

/// <summary>What is dangerous is done for a person only shortly after they showed that it is they.</summary>
public sealed class ConfirmationTests
{
    private const string Policy = """{"cedar":"permit (principal, action, resource);"}""";

    private static readonly IReadOnlyList<string> Many = [.. Enumerable.Range(0, ConfirmationDemand.MostPeople + 1).Select(static i => $"staff-{i}")];

    // In an order in which each finds what it needs: the act, and a call of it that is right in all but the confirmation.
    private static readonly (string Act, string Method, string Path, string? Body)[] Dangerous =
    [
        // How many people the body means makes these dangerous.
        ("grant.cut", "POST", "grants/cut", """{"application":"crm"}"""),
        ("grant.cut", "POST", "grants/cut", Ids("grn", Many)),
        ("session.revoke", "POST", "sessions/revoke", Ids("ses", Many)),
        ("application.create", "POST", "applications", """{"name":"wiki","spec":{"hosts":["wiki.doorward.localhost"],"upstream":"http://127.0.0.1:9000"}}"""),
        ("application.put", "PUT", "applications/wiki", """{"spec":{"hosts":["wiki.doorward.localhost"],"upstream":"http://127.0.0.1:9001"}}"""),
        ("token.create", "POST", "tokens", """{"user":"bob","applications":["wiki"]}"""),
        ("application.delete", "DELETE", "applications/wiki?force=true", null),
        ("group.create", "POST", "groups", """{"name":"ops","spec":{}}"""),
        ("group.put", "PUT", "groups/ops", """{"spec":{"members":["bob"]}}"""),
        ("group.delete", "DELETE", "groups/ops", null),
        ("policy.create", "POST", "policies", $$"""{"name":"all","spec":{{Policy}}}"""),
        ("policy.put", "PUT", "policies/all", """{"spec":{"cedar":"forbid (principal, action, resource);"}}"""),
        ("policy.rollback", "POST", "policies/all/rollback", """{"version":1}"""),
        ("policy.delete", "DELETE", "policies/all", null),
        ("network.create", "POST", "networks", """{"name":"office","spec":{"ranges":["10.0.0.0/8"]}}"""),
        ("network.put", "PUT", "networks/office", """{"spec":{"ranges":["10.1.0.0/16"]}}"""),
        ("network.delete", "DELETE", "networks/office", null),
        ("identityprovider.create", "POST", "identityproviders", """{"name":"corp","spec":{"issuer":"https://idp.example","clientId":"a"}}"""),
        ("identityprovider.put", "PUT", "identityproviders/corp", """{"spec":{"issuer":"https://idp.example","clientId":"b"}}"""),
        ("identityprovider.delete", "DELETE", "identityproviders/corp", null),
        ("oidcclient.create", "POST", "oidcclients", """{"name":"chat","spec":{"redirectUris":["https://a.example/"]}}"""),
        ("oidcclient.put", "PUT", "oidcclients/chat", """{"spec":{"redirectUris":["https://b.example/"]}}"""),
        ("oidcclient.delete", "DELETE", "oidcclients/chat", null),
        ("user.create", "POST", "users", """{"name":"dora","spec":{}}"""),
        ("user.put", "PUT", "users/dora", """{"spec":{"disabled":true}}"""),
        ("user.delete", "DELETE", "users/dora", null),
        ("user.credentials", "POST", "users/bob/credentials", """{"password":"a new passphrase of many words","replace":true}"""),
        ("user.credentials.remove", "DELETE", "users/bob/credentials", null),
        ("user.invite", "POST", "users/bob/invitation", null),
        ("gateway.join-token", "POST", "gateways/join-token", """{"name":"edge-2"}"""),
        ("gateway.revoke", "DELETE", "gateways/edge-3", null),
        ("settings.put", "PUT", "settings", """{"spec":{"idleTimeout":"8h","absoluteTimeout":"7d","lease":"1m","strictLease":"5s","confirmation":"15m","timeZone":"Etc/UTC"}}"""),
        ("key.rotate", "POST", "keys/rotate", """{"kind":"cookie"}"""),
        ("installation.backup", "POST", "backup", "{}"),
        ("posturerule.create", "POST", "posturerules", """{"name":"fw","spec":{"when":"context.posture.firewall.pass"}}"""),
        ("posturerule.put", "PUT", "posturerules/fw", """{"spec":{"when":"context.posture.firewall.pass","severity":"warn"}}"""),
        ("posturerule.delete", "DELETE", "posturerules/fw", null),
        ("postureprovider.create", "POST", "postureproviders", """{"name":"edr","spec":{"product":"wazuh","webhook":{"secret":"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"}}}"""),
        ("postureprovider.put", "PUT", "postureproviders/edr", """{"spec":{"product":"wazuh","passes":"yellow","webhook":{"secret":"whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"}}}"""),
        ("postureprovider.delete", "DELETE", "postureproviders/edr", null),
        ("device.invite", "POST", "devices/invitations", "{}"),
        ("device.release", "POST", "devices/laptop/release", null),
        ("device.rename", "POST", "devices/laptop/rename", """{"name":"laptop-2"}"""),
        ("device.retire", "POST", "devices/laptop-2/retire", "{}"),
        ("connector.create", "POST", "connectors", """{"name":"hq","spec":{}}"""),
        ("connector.put", "PUT", "connectors/hq", """{"spec":{"description":"Head office"}}"""),
        ("connector.invite", "POST", "connectors/hq/invitations", null),
        ("connector.drain", "POST", "connectors/hq/replicas/rep-1/drain", "{}"),
        ("connector.resume", "POST", "connectors/hq/replicas/rep-1/resume", "{}"),
        ("connector.retire", "POST", "connectors/hq/replicas/rep-1/retire", "{}"),
        ("connector.delete", "DELETE", "connectors/hq", null),
        // What the body says makes these two dangerous.
        ("resource.apply", "POST", "apply", """{"documents":[{"kind":"Network","name":"lab","spec":{"ranges":["10.0.0.0/8"]}}]}"""),
        ("session.revoke", "POST", "sessions/revoke", """{"all":true,"reason":"test"}"""),
    ];

    // Acts that wait for nobody: they take access away from a few, or change nothing that lasts.
    private static readonly (string Act, string Method, string Path, string? Body)[] Harmless =
    [
        ("grant.cut", "POST", "grants/cut", """{"user":"staff-0"}"""),
        ("grant.cut", "POST", "grants/cut", Ids("grn", Many.Take(ConfirmationDemand.MostPeople))),
        ("session.revoke", "POST", "sessions/revoke", """{"user":"staff-10"}"""),
        ("session.revoke", "POST", "sessions/revoke", Ids("ses", Many.Take(ConfirmationDemand.MostPeople))),
        ("token.revoke", "DELETE", "tokens/none", null),
        ("device.hold", "POST", "devices/none/hold", "{}"),
        ("connector.withdraw", "POST", "connectors/none/invitations/withdraw", null),
        ("application.test", "POST", "applications/test", """{"upstream":"http://169.254.169.254"}"""),
        ("audit.verify", "POST", "audit/verify", null),
        ("audit.export", "GET", "audit/export", null),
        ("resource.apply", "POST", "apply?dryRun=true", """{"documents":[{"kind":"Network","name":"lab","spec":{"ranges":["10.0.0.0/8"]}}]}"""),
    ];

    [Fact]
    public async Task Every_dangerous_act_is_refused_on_an_old_confirmation_with_nothing_changed_and_done_on_a_fresh_one()
    {
        await using var host = await ApiHost.StartAsync();
        var acting = await BeginAsync(host);
        (await host.Control.JoinAsync("edge-3")).Dispose();
        await AddDeviceAsync(host);
        await AddReplicaAsync(host);
        await AgeKeysAsync(host);
        await FillAsync(host);
        Assert.Equal(
            Dangerous.Concat(Harmless).Select(static row => row.Act).Distinct().Order(StringComparer.Ordinal),
            host.Control.Services.GetRequiredService<EndpointDataSource>().Endpoints.Select(static e => e.Metadata.GetMetadata<Act>())
                .OfType<Act>().Where(static act => act.Recorded).Select(static act => act.Name).Distinct().Order(StringComparer.Ordinal));
        var wrong = new List<string>();
        foreach (var (act, method, path, body) in Dangerous)
        {
            await AuthenticatedAsync(host, acting, TimeSpan.FromMinutes(16));
            var before = Whole(host);
            var refused = await CallAsync(host, acting, method, path, body);
            if (refused.Status != 403 || TypeOf(refused) != ApiProblem.ConfirmationRequired) wrong.Add($"{act} is not refused: {refused.Status} {Text(refused)}");
            if (Whole(host) != before) wrong.Add($"{act} changed something");
            await AuthenticatedAsync(host, acting, TimeSpan.FromMinutes(14));
            var done = await CallAsync(host, acting, method, path, body);
            if (done.Status is not (200 or 201 or 204)) wrong.Add($"{act} is not done: {done.Status} {Text(done)}");
        }

        Assert.Empty(wrong);
        var refusals = (await host.AuditAsync()).Count(static line => line.ToString() is var text
            && text.Contains("\"denied\"", StringComparison.Ordinal) && text.Contains("carol", StringComparison.Ordinal));
        Assert.Equal(Dangerous.Length, refusals);
    }

    [Fact]
    public async Task What_takes_access_from_a_few_or_changes_nothing_waits_for_nobody()
    {
        await using var host = await ApiHost.StartAsync();
        var acting = await BeginAsync(host);
        await AuthenticatedAsync(host, acting, TimeSpan.FromDays(1));
        await FillAsync(host);
        foreach (var (act, method, path, body) in Harmless)
            Assert.True((await CallAsync(host, acting, method, path, body)).Status is not (401 or 403), act);
    }

    [Fact]
    public async Task A_browser_that_calls_over_the_network_is_asked_too_and_the_machine_and_a_token_are_not()
    {
        await using var host = await ApiHost.StartAsync();
        var acting = await BeginAsync(host);
        await AuthenticatedAsync(host, acting, TimeSpan.FromDays(1));
        using var browser = await host.ThroughGatewayAsync(await host.AssertAsync(acting.Id));
        using var asked = await browser.PutAsync("groups/ops", Json("""{"spec":{}}"""));
        Assert.Equal(HttpStatusCode.Forbidden, asked.StatusCode);
        var problem = JsonDocument.Parse(await asked.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal($"https://auth.{TestInstallation.Domain}:8443/confirm?session={acting.Id}", problem.GetProperty("confirmAt").GetString());
        using var local = await host.Local.PutAsync("groups/ops", Json("""{"spec":{}}"""));
        Assert.Equal(HttpStatusCode.OK, local.StatusCode);

        using var made = await host.Local.PostAsync("tokens", Json("""{"user":"carol","applications":["console"]}"""));
        var id = JsonDocument.Parse(await made.Content.ReadAsStringAsync()).RootElement.GetProperty("id").GetString();
        string session;
        await using (var db = host.Control.Open())
        {
            session = db.Tokens.Single(t => t.Id == id).SessionId;
            db.Sessions.Single(s => s.Id == session).Authenticated = TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(1);
            await db.SaveChangesAsync();
        }

        using var script = await host.ThroughGatewayAsync(await host.AssertAsync(session));
        using var passed = await script.PutAsync("groups/ops", Json("""{"spec":{"members":["bob"]}}"""));
        Assert.True(passed.StatusCode == HttpStatusCode.OK || !(await passed.Content.ReadAsStringAsync()).Contains(ApiProblem.ConfirmationRequired, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false, false, 2, true)]
    [InlineData(true, false, 2, true)]
    [InlineData(true, false, 1, false)] // the console lets a password alone in nowhere
    [InlineData(true, true, 2, false)]
    [InlineData(true, true, 3, true)]
    public async Task Whoever_has_a_passkey_confirms_with_it_and_others_with_what_they_have(bool totp, bool passkey, int assurance, bool done)
    {
        await using var host = await ApiHost.StartAsync();
        var acting = await BeginAsync(host);
        await using (var db = host.Control.Open())
        {
            var session = db.Sessions.Single(s => s.Id == acting.Id);
            session.Assurance = assurance;
            if (totp) db.Users.Single(u => u.Id == session.UserId).TotpSecretSealed = "sealed";
            if (passkey) db.UserPasskeys.Add(new IdentityUserPasskey<string> { UserId = session.UserId, CredentialId = [1, 2, 3], Data = new IdentityPasskeyData { PublicKey = [1], AttestationObject = [1], ClientDataJson = [1] } });
            await db.SaveChangesAsync();
        }

        var reply = await CallAsync(host, acting, "PUT", "groups/ops", """{"spec":{}}""");
        Assert.Equal(done ? 200 : 403, reply.Status);
        if (passkey && !done) Assert.Contains("passkey", Text(reply), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_was_set_back_makes_no_confirmation_last_longer()
    {
        await using var host = await ApiHost.StartAsync();
        var acting = await BeginAsync(host);
        await AuthenticatedAsync(host, acting, TimeSpan.FromHours(-1));
        Assert.Equal(ApiProblem.ConfirmationRequired, TypeOf(await CallAsync(host, acting, "PUT", "groups/ops", """{"spec":{}}""")));
    }

    [Fact]
    public async Task A_role_that_does_not_allow_the_act_says_so_before_anybody_is_asked_to_confirm()
    {
        await using var host = await ApiHost.StartAsync();
        var acting = await BeginAsync(host, "auditors");
        await AuthenticatedAsync(host, acting, TimeSpan.FromDays(1));
        var refused = await CallAsync(host, acting, "PUT", "groups/ops", """{"spec":{}}""");
        Assert.Equal(403, refused.Status);
        Assert.Null(TypeOf(refused));
    }

    // Many people, each with a session and two grants, at a gateway that is away.
    private static async Task FillAsync(ApiHost host)
    {
        var report = new GrantReport();
        await using var db = host.Control.Open();
        var now = TimeProvider.System.GetUtcNow();
        foreach (var name in Many)
        {
            var user = await host.AddAsync(name, null);
            db.Sessions.Add(new Session { Id = $"ses_{name}", UserId = user.Id, Kind = SessionKinds.Browser, Assurance = 2, Methods = ["pwd"], Created = now, Authenticated = now, Expires = now.AddHours(1), LastUse = now });
            foreach (var id in new[] { $"grn_{name}", $"grn_{name}_too" })
                report.Grants.Add(new GrantState { Id = id, SessionId = $"ses_{name}", SubjectId = user.Id, Application = "crm" });
        }

        await db.SaveChangesAsync();
        host.Control.Services.GetRequiredService<LiveGrants>().Report("edge-9", report);
    }

    private static string Ids(string prefix, IEnumerable<string> people) => JsonSerializer.Serialize(new { ids = people.Select(name => $"{prefix}_{name}") });

    private static async Task AddDeviceAsync(ApiHost host)
    {
        await using var db = host.Control.Open();
        db.Devices.Add(new Device
        {
            Id = "dev_laptop",
            Name = "laptop",
            NormalizedName = "LAPTOP",
            Platform = "linux",
            HostName = "laptop",
            PublicKey = [1],
            KeyHash = new byte[32],
            KeyAssurance = KeyAssurance.File,
            Standing = DeviceStanding.Held,
            HoldCause = DeviceHoldCause.Administrator,
            Enrolled = TimeProvider.System.GetUtcNow(),
            InvitedBy = "test",
            CertificateExpires = TimeProvider.System.GetUtcNow().AddDays(1),
        });
        await db.SaveChangesAsync();
    }

    private static async Task AddReplicaAsync(ApiHost host)
    {
        await using var db = host.Control.Open();
        db.ConnectorReplicas.Add(new ConnectorReplica
        {
            Id = "rep-1",
            Connector = "hq",
            HostName = "site",
            PublicKey = [1],
            KeyHash = new byte[32],
            Joined = TimeProvider.System.GetUtcNow(),
            InvitedBy = "test",
        });
        await db.SaveChangesAsync();
    }

    // Everything an act could change but the records of it.
    private static string Whole(ApiHost host)
    {
        using var db = host.Control.Open();
        return $"{db.Counters.Single().Revision} {db.Invitations.Count()} {db.JoinTokens.Count()} {db.ConnectorInvitations.Count()} {db.ConnectorReplicas.Count(static r => r.Retired != null)} {db.Tokens.Count()} {db.Users.Count()} {db.Resources.Count()} {db.Gateways.Count(static g => g.Revoked != null)} {db.Secrets.Count()} {db.Settings.Single().Version} {File.Exists(host.Control.Data.LastBackup)} {db.Sessions.Count(static s => s.Ended != null)}";
    }

    private static async Task<ActingSession> BeginAsync(ApiHost host, string role = "administrators")
    {
        await host.AddAsync("root", "administrators");
        await host.AddAsync("bob", null);
        var user = await host.AddAsync("carol", role);
        var begun = await host.Control.Sessions.StartAsync(
            new SignIn { UserId = user.Id, Assurance = 2, Methods = ["pwd", "otp", "mfa"], SecurityEpoch = user.SecurityEpoch }, CancellationToken.None);
        return new ActingSession(begun!.Session.Id, IPAddress.Parse("192.0.2.44"));
    }

    private static async Task AuthenticatedAsync(ApiHost host, ActingSession acting, TimeSpan ago)
    {
        await using var db = host.Control.Open();
        db.Sessions.Single(s => s.Id == acting.Id).Authenticated = TimeProvider.System.GetUtcNow() - ago;
        await db.SaveChangesAsync();
    }

    // A key of this hour is not rotated again.
    private static async Task AgeKeysAsync(ApiHost host)
    {
        await using var db = host.Control.Open();
        db.Entry(db.Secrets.Single(static secret => secret.Purpose == SecretPurposes.CookieKey)).Property(static secret => secret.Created).CurrentValue -= TimeSpan.FromHours(2);
        await db.SaveChangesAsync();
    }

    private static Task<ApiReply> CallAsync(ApiHost host, ActingSession acting, string method, string path, string? body) =>
        host.Control.Services.GetRequiredService<InProcessApi>().SendAsync(
            acting, new ApiRequest(method, path) { Body = body is null ? default : Encoding.UTF8.GetBytes(body) }, CancellationToken.None);

    private static string Text(ApiReply reply) => Encoding.UTF8.GetString(reply.Body.Span);

    private static string? TypeOf(ApiReply reply) => JsonDocument.Parse(reply.Body).RootElement.TryGetProperty("type", out var type) ? type.GetString() : null;

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
