using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Feeds;
using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Doorward.Core.Devices;
using Doorward.Core.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Api;

/// <summary>What the list of sessions finds, and what a caller is told of themselves.</summary>
public sealed class SessionListTests
{
    [Fact]
    public async Task Sessions_are_found_by_part_of_a_name_beginning_of_an_address_or_id()
    {
        await using var host = await ApiHost.StartAsync();
        var alice = await BeginAsync(host, "alice", "192.0.2.1");
        var bob = await BeginAsync(host, "bob", "198.51.100.9");
        Assert.Equal([alice], await FindAsync(host, "LIC"));
        Assert.Equal([bob], await FindAsync(host, "198.51."));
        Assert.Equal([bob], await FindAsync(host, bob));
        Assert.Empty(await FindAsync(host, "51.100"));
        Assert.Empty(await FindAsync(host, "%"));
        Assert.Equal(2, (await FindAsync(host, " ")).Count);
        using var long65 = await host.Local.GetAsync("sessions?search=" + new string('a', 65));
        Assert.Equal(HttpStatusCode.BadRequest, long65.StatusCode);
    }

    [Theory]
    [InlineData("search=firefox")]
    [InlineData("search=HWK")]
    [InlineData("search=corp-sso")]
    [InlineData("search=lap")]
    [InlineData("search=dev_alice")]
    [InlineData("search=Wik")]
    [InlineData("assurance=3")]
    public async Task Sessions_are_found_by_browser_method_provider_device_and_what_they_use(string query)
    {
        await using var host = await ApiHost.StartAsync();
        var alice = await BeginAsync(host, "alice", "192.0.2.1");
        await BeginAsync(host, "bob", "198.51.100.9");
        await using (var db = host.Control.Open())
        {
            var session = db.Sessions.Single(s => s.Id == alice);
            (session.UserAgent, session.Methods, session.IdentityProvider, session.DeviceId, session.Assurance) = ("Mozilla/5.0 Firefox/150.0", ["hwk", "user"], "corp-sso", "dev_alice", 3);
            db.Devices.Add(new Device
            {
                Id = "dev_alice",
                Name = "laptop",
                NormalizedName = "LAPTOP",
                Platform = "linux",
                HostName = "laptop",
                PublicKey = [1],
                KeyHash = new byte[32],
                KeyAssurance = KeyAssurance.File,
                Enrolled = TimeProvider.System.GetUtcNow(),
                InvitedBy = "test",
                CertificateExpires = TimeProvider.System.GetUtcNow().AddDays(1),
            });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var report = new GrantReport { Complete = true };
        report.Grants.Add(new GrantState { Id = "grn_1", SessionId = alice, SubjectId = "usr", Application = "wiki", Address = "192.0.2.1" });
        host.Control.Services.GetRequiredService<LiveGrants>().Report("edge", report);
        var found = await host.Local.GetFromJsonAsync<JsonElement>($"sessions?{query}");
        Assert.Equal([alice], found.GetProperty("items").EnumerateArray().Select(static item => item.GetProperty("id").GetString()));
        using var wrong = await host.Local.GetAsync("sessions?assurance=4");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    [Theory]
    [InlineData("administrators", "view audit endSessions cutGrant invite administer")]
    [InlineData("auditors", "view audit")]
    [InlineData("helpdesk", "view endSessions cutGrant invite")]
    public async Task Each_role_is_told_what_it_may(string role, string may)
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("root", "administrators");
        using var person = await host.PersonAsync("carol", role);
        var me = await person.GetFromJsonAsync<JsonElement>("me");
        Assert.Equal(("carol", "User", 2), (me.GetProperty("name").GetString(), me.GetProperty("type").GetString(), me.GetProperty("assurance").GetInt32()));
        Assert.Equal([role], me.GetProperty("roles").EnumerateArray().Select(each => each.GetString()));
        Assert.Equal(may.Split(' '), me.GetProperty("may").EnumerateArray().Select(each => each.GetString()));
    }

    [Fact]
    public async Task Who_wants_a_revocation_confirmed_is_told_when_no_gateway_can()
    {
        await using var host = await ApiHost.StartAsync();
        var id = await BeginAsync(host, "alice", "192.0.2.1");
        var answer = await (await host.Local.PostAsJsonAsync("sessions/revoke", new { id, confirm = true })).Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((1, 0), (answer.GetProperty("revoked").GetInt32(), answer.GetProperty("confirmed").GetArrayLength()));
    }

    private static async Task<string> BeginAsync(ApiHost host, string name, string address)
    {
        var user = await host.AddAsync(name, null);
        var begun = await host.Control.Sessions.StartAsync(
            new SignIn { UserId = user.Id, Assurance = 2, Methods = ["pwd"], SecurityEpoch = user.SecurityEpoch, Address = address }, CancellationToken.None);
        return begun!.Session.Id;
    }

    private static async Task<IReadOnlyList<string>> FindAsync(ApiHost host, string text) =>
        [.. (await host.Local.GetFromJsonAsync<JsonElement>($"sessions?search={Uri.EscapeDataString(text)}")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];
}
