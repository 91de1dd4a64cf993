using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Doorward.Core.Protocol;

namespace Doorward.Control.Tests.Api;

/// <summary>Keys are told without their secrets, and rotated where that shuts nobody out.</summary>
public sealed class KeyTests
{
    [Fact]
    public async Task Every_key_of_the_installation_is_listed_and_none_is_told()
    {
        await using var host = await ApiHost.StartAsync();
        using var gateway = await host.PersonAsync("root", "administrators");
        var text = await host.Local.GetStringAsync("keys");
        var keys = JsonDocument.Parse(text).RootElement.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(["assertion", "audit", "component-ca", "cookie", "data-protection", "oidc", "seal", "web-ca"],
            keys.Select(static key => key.GetProperty("kind").GetString()).Order(StringComparer.Ordinal));
        Assert.All(keys, static key => Assert.NotEmpty(key.GetProperty("id").GetString()!));
        Assert.DoesNotContain("sealed.1.", text, StringComparison.Ordinal);
        Assert.Equal("edge", keys.Single(static key => key.GetProperty("kind").GetString() == "assertion").GetProperty("gateway").GetString());
    }

    [Fact]
    public async Task A_new_cookie_key_is_told_to_gateways_and_the_one_before_stays_good()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal(HttpStatusCode.Conflict, (await RotateAsync(host, "cookie")).StatusCode); // of just now
        Assert.True(await RotatableAsync(host, "cookie") > TimeProvider.System.GetUtcNow());
        await AgeAsync(host, TimeSpan.FromHours(2));
        Assert.True(await RotatableAsync(host, "cookie") < TimeProvider.System.GetUtcNow());
        var revision = await RevisionAsync(host);
        using var rotated = await RotateAsync(host, "cookie");
        Assert.Equal(HttpStatusCode.OK, rotated.StatusCode);
        Assert.Equal(["current", "old"], await StatesAsync(host, "cookie"));
        Assert.Equal(revision + 1, await RevisionAsync(host));
    }

    [Fact]
    public async Task A_new_key_for_OpenID_tokens_is_announced_first_and_no_other_meanwhile()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal(HttpStatusCode.Conflict, (await RotateAsync(host, "oidc")).StatusCode); // clients are still learning it
        await AgeAsync(host, TimeSpan.FromDays(15));
        Assert.Equal(HttpStatusCode.OK, (await RotateAsync(host, "oidc")).StatusCode);
        Assert.Equal(["next", "current"], await StatesAsync(host, "oidc"));
        Assert.Equal(HttpStatusCode.Conflict, (await RotateAsync(host, "oidc")).StatusCode);
        await AgeAsync(host, TimeSpan.FromDays(15));
        Assert.Equal(["current", "old"], await StatesAsync(host, "oidc"));
    }

    [Theory]
    [InlineData("seal", HttpStatusCode.BadRequest)]
    [InlineData("audit", HttpStatusCode.BadRequest)]
    [InlineData("web-ca", HttpStatusCode.BadRequest)]
    [InlineData("component-ca", HttpStatusCode.BadRequest)]
    [InlineData("nothing", HttpStatusCode.BadRequest)]
    [InlineData("data-protection", HttpStatusCode.Conflict)] // of just now
    [InlineData("assertion", HttpStatusCode.Conflict)] // nobody is connected who could
    public async Task What_cannot_be_rotated_now_says_why_and_changes_nothing(string kind, HttpStatusCode status)
    {
        await using var host = await ApiHost.StartAsync();
        var before = await host.Local.GetStringAsync("keys");
        using var refused = await RotateAsync(host, kind);
        Assert.Equal(status, refused.StatusCode);
        Assert.NotEmpty((await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString()!);
        Assert.Equal(before, await host.Local.GetStringAsync("keys"));
    }

    [Fact]
    public async Task Gateways_are_asked_for_new_keys_at_most_hourly()
    {
        await using var host = await ApiHost.StartAsync();
        using var gateway = await host.Control.JoinAsync();
        using var feed = await gateway.FollowAsync();
        await feed.ReadAsync(ControlMessage.KindOneofCase.Snapshot);
        Assert.Equal(HttpStatusCode.OK, (await RotateAsync(host, "assertion")).StatusCode);
        await feed.ReadAsync(ControlMessage.KindOneofCase.RotateAssertionKey);
        Assert.Equal(HttpStatusCode.Conflict, (await RotateAsync(host, "assertion")).StatusCode);
    }

    [Fact]
    public async Task The_authority_that_people_trust_is_shown_and_handed_out_without_its_key()
    {
        await using var host = await ApiHost.StartAsync();
        var web = (await host.Local.GetFromJsonAsync<JsonElement>("certificates")).GetProperty("web");
        var pem = await host.Local.GetStringAsync("certificates/ca.pem");
        using var certificate = X509Certificate2.CreateFromPem(pem);
        Assert.Equal(certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256).ToLowerInvariant(), web.GetProperty("fingerprint").GetString());
        Assert.Equal(TestInstallation.Domain, web.GetProperty("onlyFor").GetString());
        Assert.DoesNotContain("PRIVATE", pem, StringComparison.Ordinal);
        Assert.Equal((await File.ReadAllTextAsync(host.Control.Data.WebCa)).Trim(), pem.Trim());
    }

    private static Task<HttpResponseMessage> RotateAsync(ApiHost host, string kind) => host.Local.PostAsJsonAsync("keys/rotate", new { kind, reason = "test" });

    private static async Task<IEnumerable<string?>> StatesAsync(ApiHost host, string kind) =>
        [.. (await host.Local.GetFromJsonAsync<JsonElement>("keys")).GetProperty("items").EnumerateArray()
            .Where(key => key.GetProperty("kind").GetString() == kind).Select(static key => key.GetProperty("state").GetString())];

    private static async Task<DateTimeOffset> RotatableAsync(ApiHost host, string kind) =>
        (await host.Local.GetFromJsonAsync<JsonElement>("keys")).GetProperty("items").EnumerateArray().First(key => key.GetProperty("kind").GetString() == kind).GetProperty("rotatable").GetDateTimeOffset();

    private static async Task<long> RevisionAsync(ApiHost host)
    {
        await using var db = host.Control.Open();
        return db.Counters.Single().Revision;
    }

    // Time cannot be made up under a running Kestrel; the keys are made older instead.
    private static async Task AgeAsync(ApiHost host, TimeSpan by)
    {
        await using var db = host.Control.Open();
        foreach (var secret in db.Secrets.ToList()) db.Entry(secret).Property(static s => s.Created).CurrentValue -= by;
        await db.SaveChangesAsync();
    }
}
