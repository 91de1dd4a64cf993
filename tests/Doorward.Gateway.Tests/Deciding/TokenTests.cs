using Doorward.Core.Protocol;
using Doorward.Testing.ControlPlane;

namespace Doorward.Gateway.Tests.Deciding;

public sealed class TokenTests
{
    [Fact]
    public async Task Opens_the_applications_it_names_and_never_reaches_the_upstream()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var token = Issue(gateway, "wiki");

        using var response = await gateway.GetAsync(authorization: token);

        var echoed = await response.Content.ReadAsStringAsync();
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Contains("Doorward-User: alice", echoed, StringComparison.Ordinal);
        Assert.DoesNotContain("dwt_", echoed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Opens_no_other_application_and_nothing_once_it_has_ended()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var elsewhere = Issue(gateway, "other");
        Assert.Equal(403, await gateway.StatusAsync(authorization: elsewhere));

        var token = gateway.Plane.Token("ses_t", "wiki");
        Assert.Equal(200, await gateway.StatusAsync(authorization: token));
        gateway.Plane.Commit(new Change { TokenEnded = new TokenEnded { TokenId = "tok_ses_t", SessionId = "ses_t" } });

        await Eventually.TrueAsync(async () => await gateway.StatusAsync(authorization: token) == 401, "the token was refused");
        using var refused = await gateway.GetAsync(authorization: token);
        var told = await refused.Content.ReadAsStringAsync();
        Assert.Contains("\"code\":\"invalid-token\"", told, StringComparison.Ordinal);
        Assert.Contains("error=\"invalid_token\"", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("send a token", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_called_expired_once_its_time_has_passed()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        gateway.Plane.Commit(Scenario.User("alice"), Scenario.Session("ses_t", "alice", 1, TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(5)));
        var token = gateway.Plane.Token("ses_t", "wiki");
        Assert.Equal(200, await gateway.StatusAsync(authorization: token));

        await Eventually.TrueAsync(async () => await gateway.StatusAsync(authorization: token) == 401, "the token expired", 30);

        using var refused = await gateway.GetAsync(authorization: token);
        var told = await refused.Content.ReadAsStringAsync();
        Assert.Contains("The token has expired", told, StringComparison.Ordinal);
        Assert.DoesNotContain("send a token", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_refused_beside_another_identity()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var token = Issue(gateway, "wiki");
        var cookie = gateway.SignIn("ses_b", "bob");

        Assert.Equal(400, await gateway.StatusAsync(cookie, authorization: token));
        Assert.Equal(400, await gateway.StatusAsync($"{cookie}; {cookie}"));
        Assert.Equal(0, gateway.Upstream.Requests);
    }

    [Fact]
    public async Task Is_refused_when_unknown_even_where_everyone_may_enter()
    {
        await using var gateway = await DecidingGateway.StartAsync(policy: "permit (principal, action, resource);");

        Assert.Equal(401, await gateway.StatusAsync(authorization: "Bearer dwt_unknown"));
        Assert.Equal(200, await gateway.StatusAsync());
    }

    [Fact]
    public async Task Leaves_other_authorization_alone_and_takes_nobody_from_it()
    {
        await using var gateway = await DecidingGateway.StartAsync();

        Assert.Equal(401, await gateway.StatusAsync(authorization: "Basic YWxpY2U6eA=="));
        using var response = await gateway.GetAsync(gateway.SignIn("ses_b", "bob"), authorization: "Basic YWxpY2U6eA==");

        var echoed = await response.Content.ReadAsStringAsync();
        Assert.Contains("Authorization: Basic YWxpY2U6eA==", echoed, StringComparison.Ordinal);
        Assert.Contains("Doorward-User: bob", echoed, StringComparison.Ordinal);
    }

    private static string Issue(DecidingGateway gateway, string application)
    {
        gateway.Plane.Commit(Scenario.User("alice"), Scenario.Session("ses_t", "alice", 1, TimeProvider.System.GetUtcNow()));
        return gateway.Plane.Token("ses_t", application);
    }
}
