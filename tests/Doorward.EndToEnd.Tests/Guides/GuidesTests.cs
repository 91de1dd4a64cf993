using System.Net;
using System.Text.RegularExpressions;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Guides;

/// <summary>A newcomer's way: a first application, policies that say more, and a script. At each step somebody comes in, and somebody does not.</summary>
public sealed partial class GuidesTests
{
    [Fact]
    public async Task A_newcomer_who_follows_the_guides_gets_what_they_say()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var product = await ProductProcess.StartAsync();
        using var guide = new GuideReader(product, upstream);

        var first = await guide.FollowAsync("docs/guides/first-application.md");
        Assert.Contains($"the door is {product.Url("wiki")}", first);
        Assert.Contains("nobody is in staff yet", first);
        using var alice = await ComeInAsync(product, "alice");
        Assert.Equal(HttpStatusCode.OK, await TryAsync(alice, product, HttpMethod.Get));
        Assert.Equal(HttpStatusCode.OK, await TryAsync(alice, product, HttpMethod.Post));
        await AppliesAgainAsync(guide, "-f wiki.yaml -f staff.yaml");
        await ProtectLeavesTheDoorAsync(guide);

        await guide.FollowAsync("docs/guides/policies.md");
        Assert.DoesNotContain("warning", await guide.TypeAsync("doorward policy check policies.yaml"), StringComparison.Ordinal);
        Assert.Contains("nothing would change", await guide.TypeAsync("doorward policy simulate policies.yaml"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await TryAsync(alice, product, HttpMethod.Get));
        Assert.NotEqual(HttpStatusCode.OK, await TryAsync(alice, product, HttpMethod.Post));
        await AppliesAgainAsync(guide, "-f wiki.yaml -f staff.yaml -f policies.yaml");

        Assert.Contains("doorward-user: ci", await guide.FollowAsync("docs/guides/scripts.md"), StringComparison.OrdinalIgnoreCase);
        await TokenIsBoundAsync(guide, product);
        await PrivateApplicationsAsync(guide);
    }

    [Fact]
    public async Task Somebody_outside_the_group_is_told_who_may_come_in()
    {
        await using var upstream = await Upstream.StartAsync();
        await using var product = await ProductProcess.StartAsync();
        using var guide = new GuideReader(product, upstream);
        await guide.FollowAsync("docs/guides/first-application.md");
        var before = upstream.Requests; // the guide asks it whether it answers

        using var mallory = await ComeInAsync(product, "mallory");
        using var answer = await mallory.SendAsync(HttpMethod.Get, product.Url("wiki"));

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("wiki is open to the group staff, after signing in with two factors. To join the group, ask your administrator.", await answer.Content.ReadAsStringAsync());
        Assert.Equal(before, upstream.Requests);
    }

    private static async Task PrivateApplicationsAsync(GuideReader guide)
    {
        var said = await guide.FollowAsync("docs/guides/private-applications.md");
        Assert.Contains("name: hq", said, StringComparison.Ordinal);
        Assert.Contains("/connector/join#", await guide.TypeAsync("cat link.txt"), StringComparison.Ordinal);
        Assert.StartsWith("ecdsa-sha2-nistp256 ", await guide.TypeAsync("cat doorward-ca.pub"), StringComparison.Ordinal);
        Assert.Contains("unchanged ", await guide.TypeAsync("doorward apply -f private.yaml"), StringComparison.Ordinal);
    }

    // Credentials are imported in the place of the link that a person would open.
    private static async Task<Visitor> ComeInAsync(ProductProcess product, string name)
    {
        await product.AddUserAsync(name);
        var visitor = product.NewVisitor();
        using var answer = await visitor.SignInAsync(product.Url("wiki"), name);
        return visitor;
    }

    private static async Task<HttpStatusCode> TryAsync(Visitor visitor, ProductProcess product, HttpMethod method)
    {
        using var answer = await visitor.SendAsync(method, product.Url("wiki"), method == HttpMethod.Post ? [] : null, api: true);
        return answer.StatusCode;
    }

    private static async Task AppliesAgainAsync(GuideReader guide, string files)
    {
        var changes = await guide.TypeAsync($"doorward apply {files}");
        Assert.Matches("(?m)^unchanged ", changes);
        Assert.DoesNotMatch("(?m)^(created|updated|deleted) ", changes);
        Assert.Contains("members: [alice]", (await guide.TypeAsync("doorward get group staff -o json")).Replace("\n", "", StringComparison.Ordinal).Replace("  ", "", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal));
    }

    private static async Task ProtectLeavesTheDoorAsync(GuideReader guide)
    {
        Assert.Contains("unchanged: ", await guide.TypeAsync("doorward protect http://127.0.0.1:9000 --name wiki --group staff"));
        var refused = await guide.TypeAsync("doorward protect http://127.0.0.1:1 --name wiki --group other # exit code 1");
        Assert.Contains("there is a door wiki already, and this would change application wiki and add policy wiki-for-other", refused);
        await guide.TypeAsync("doorward get policy wiki-for-other # exit code 1");
        Assert.Contains("policy wiki-for-staff names it", await guide.TypeAsync("doorward delete group staff # exit code 1"));
        Assert.Contains("There is no user nobody", await guide.TypeAsync("doorward policy can nobody wiki # exit code 3"));
    }

    private static async Task TokenIsBoundAsync(GuideReader guide, ProductProcess product)
    {
        var curl = $"printf 'header = \"Authorization: Bearer %s\"\\n' \"$(cat token)\" | curl --config - --silent --cacert .doorward/ca.pem --output /dev/null --write-out '%{{http_code}}'";
        Assert.Equal("200", await guide.TypeAsync($"{curl} https://wiki.doorward.localhost:8443/"));
        Assert.Equal("403", await guide.TypeAsync($"{curl} --data x https://wiki.doorward.localhost:8443/"));
        var id = TokenId().Match(await guide.TypeAsync("doorward token list")).Value;
        Assert.NotEmpty(id);
        await guide.TypeAsync($"doorward token revoke {id}");
        Assert.Equal("401", await guide.TypeAsync($"{curl} https://wiki.doorward.localhost:8443/"));
        Assert.DoesNotContain("token", await product.RunAsync(["session", "list", "-o", "yaml"]));
    }

    [GeneratedRegex(@"tok_\w+")]
    private static partial Regex TokenId();
}
