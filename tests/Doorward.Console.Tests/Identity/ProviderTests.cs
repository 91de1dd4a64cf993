using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Doorward.Control.Resources.IdentityProviders;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Console.Tests.Identity;

/// <summary>Signing in through a provider of others' making (npm oidc-provider).</summary>
public sealed class ProviderTests : IAsyncLifetime
{
    private AuthHost host = null!;

    public async ValueTask InitializeAsync() => host = await AuthHost.StartAsync(TimeProvider.System);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Makes_a_subject_with_the_groups_and_assurance_that_the_provider_says()
    {
        await using var provider = await StartAsync();
        using var browser = host.NewBrowser();
        var home = await browser.FollowAsync(await browser.GetAsync("/signin/with/corp?return=/sessions&assurance=2"));
        Assert.Equal(HttpStatusCode.OK, home.Status);
        Assert.Contains("Signed in as </span>dana@corp", home.Html);
        await using var db = host.OpenDb();
        var user = await db.Users.SingleAsync(person => person.UserName == "dana@corp");
        Assert.EndsWith(" sub-1", user.ExternalSubject);
        Assert.Equal("dana@corp.example", user.Email);
        var session = await db.Sessions.SingleAsync();
        Assert.Equal((2, "corp"), (session.Assurance, session.IdentityProvider));
        Assert.Equal(["dana@corp"], await FederatedAsync("staff-here"));
    }

    [Fact]
    public async Task Knows_the_same_person_again_and_lets_nobody_in_who_is_disabled()
    {
        await using var provider = await StartAsync();
        using var first = host.NewBrowser();
        await first.FollowAsync(await first.GetAsync("/signin/with/corp"));
        await using (var db = host.OpenDb())
        {
            var user = await db.Users.SingleAsync();
            user.Disabled = true;
            await db.SaveChangesAsync();
        }
        using var second = host.NewBrowser();
        Assert.Equal(HttpStatusCode.Forbidden, (await second.FollowAsync(await second.GetAsync("/signin/with/corp"))).Status);
    }

    [Fact]
    public async Task Refuses_an_answer_that_this_browser_did_not_ask_for()
    {
        await using var provider = await StartAsync();
        using var asked = host.NewBrowser();
        using var other = host.NewBrowser();
        var back = await asked.FollowAsync(await asked.GetAsync("/signin/with/corp"), stopBefore: "/signin/from/corp");
        Assert.Equal(HttpStatusCode.BadRequest, (await other.GetAsync(back.Location![AuthHost.Origin.Length..])).Status);
        Assert.DoesNotContain("__Host-doorward-auth", other.Cookies.Keys);
    }

    [Fact]
    public async Task Refuses_an_answer_that_names_another_issuer()
    {
        await using var provider = await StartAsync();
        using var browser = host.NewBrowser();
        var back = await browser.FollowAsync(await browser.GetAsync("/signin/with/corp"), stopBefore: "/signin/from/corp");
        var mixed = System.Text.RegularExpressions.Regex.Replace(back.Location![AuthHost.Origin.Length..], "iss=[^&]*", "iss=https%3A%2F%2Fevil.example");
        Assert.Equal(HttpStatusCode.BadGateway, (await browser.GetAsync(mixed)).Status);
        Assert.DoesNotContain("__Host-doorward-auth", browser.Cookies.Keys);
    }

    [Fact]
    public async Task Says_so_when_the_provider_is_down()
    {
        await using (await StartAsync())
        {
        }
        using var browser = host.NewBrowser();
        var answer = await browser.GetAsync("/signin/with/corp");
        Assert.Equal(HttpStatusCode.BadGateway, answer.Status);
        Assert.Contains("The Corp does not work right now", answer.Html);
        Assert.Contains("Reference: err_", answer.Html);
    }

    private async Task<Peer> StartAsync()
    {
        var provider = await Peer.StartAsync("provider.mjs", [$"{AuthHost.Origin}/signin/from/corp"]);
        var issuer = (await provider.ReadAsync()).GetProperty("issuer").GetString()!;
        await host.PutAsync(ResourceKinds.Group, "staff-here", new GroupSpec());
        await host.PutAsync(ResourceKinds.IdentityProvider, "corp", new IdentityProviderSpec
        {
            DisplayName = "The Corp",
            Issuer = new Uri(issuer),
            ClientId = "doorward",
            ClientSecretSealed = host.Sealer.Seal(SecretPurposes.IdentityProviderSecret, "corp", "a secret of the client"),
            Scopes = ["openid", "profile", "email", "groups"],
            GroupsClaim = "groups",
            Groups = new Dictionary<string, string> { ["staff"] = "staff-here" }.ToImmutableSortedDictionary(),
            Acr = new Dictionary<string, int> { ["urn:corp:mfa"] = 2 }.ToImmutableSortedDictionary(),
        });
        return provider;
    }

    private async Task<IReadOnlyList<string>> FederatedAsync(string group)
    {
        await using var db = host.OpenDb();
        var document = await db.Resources.SingleAsync(resource => resource.Kind == ResourceKinds.Group && resource.Name == group);
        return JsonSerializer.Deserialize<GroupSpec>(document.Json, JsonSerializerOptions.Web)!.Federated;
    }
}
