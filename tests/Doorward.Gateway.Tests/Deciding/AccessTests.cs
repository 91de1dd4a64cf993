using System.Net;
using System.Text.Json;
using Doorward.Testing.ControlPlane;

namespace Doorward.Gateway.Tests.Deciding;

public sealed class AccessTests
{
    [Fact]
    public async Task Forwards_what_policy_allows_with_the_identity_asserted()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var cookie = gateway.SignIn("ses_1", "alice");

        using var response = await gateway.GetAsync(cookie, "/page?q=1");

        var echoed = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.StartsWith("GET /page?q=1", echoed, StringComparison.Ordinal);
        Assert.Contains("Doorward-User: alice", echoed, StringComparison.Ordinal);
        Assert.Contains("Doorward-Groups: engineering", echoed, StringComparison.Ordinal);
        Assert.Contains("Doorward-Assertion: ey", echoed, StringComparison.Ordinal);
        Assert.DoesNotContain("__Host-doorward", echoed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_what_no_policy_allows_and_records_why()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var cookie = gateway.SignIn("ses_1", "mallory");

        using var response = await gateway.GetAsync(cookie);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal(0, gateway.Upstream.Requests);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var reference = problem.RootElement.GetProperty("reference").GetString();
        await Eventually.TrueAsync(
            () => gateway.Plane.Records.Any(record => record.Decision is { Cause: "NoPermit" } decision && decision.Id == reference),
            "the denial's record reached the control plane");
    }

    [Fact]
    public async Task Sends_a_browser_without_session_to_sign_in_and_tells_a_program()
    {
        await using var gateway = await DecidingGateway.StartAsync();

        using var browser = await gateway.GetAsync(path: "/a?b=c", browser: true);
        using var program = await gateway.GetAsync();

        Assert.Equal(HttpStatusCode.Found, browser.StatusCode);
        Assert.StartsWith("https://auth.door.test:8443/signin?host=wiki.door.test&browser=", browser.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Contains("__Host-doorward-flow-", browser.Headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, program.StatusCode);
        Assert.NotEmpty(program.Headers.WwwAuthenticate);
        Assert.Equal(0, gateway.Upstream.Requests);
    }

    [Fact]
    public async Task Serves_the_public_to_everyone_and_only_what_is_public()
    {
        await using var gateway = await DecidingGateway.StartAsync(
            policy: """permit (principal, action == Action::"read", resource == Application::"wiki") when { context.http.path like "/public/*" };""");

        Assert.Equal(200, await gateway.StatusAsync(path: "/public/logo"));
        Assert.Equal(401, await gateway.StatusAsync(path: "/private"));
        using var response = await gateway.GetAsync(path: "/public/logo");
        Assert.DoesNotContain("Doorward-", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asks_for_a_second_factor_when_that_is_all_that_is_missing()
    {
        await using var gateway = await DecidingGateway.StartAsync(
            policy: """permit (principal in Group::"engineering", action, resource == Application::"wiki") when { context.session.assurance >= 2 };""");
        var weak = gateway.SignIn("ses_1", "alice", assurance: 1);

        using var browser = await gateway.GetAsync(weak, browser: true);
        using var program = await gateway.GetAsync(weak);

        Assert.Equal(HttpStatusCode.Found, browser.StatusCode);
        Assert.Contains("&assurance=2", browser.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, program.StatusCode);
        Assert.Contains("insufficient_user_authentication", program.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Equal(200, await gateway.StatusAsync(gateway.SignIn("ses_2", "alice", assurance: 2)));
    }

    [Fact]
    public async Task Forwards_the_sign_in_host_to_the_control_plane_without_a_session()
    {
        await using var gateway = await DecidingGateway.StartAsync();

        using var response = await gateway.GetAsync(path: "/signin", url: "https://auth.door.test");

        Assert.Equal("control plane auth.door.test/signin", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Judges_the_console_by_the_systems_policies_alone()
    {
        await using var gateway = await DecidingGateway.StartAsync(policy: "permit (principal, action, resource);");
        var cookie = gateway.SignIn("ses_1", "alice");
        var console = gateway.Plane.Handle("ses_1", "console.door.test");

        using var denied = await gateway.GetAsync(console, url: "https://console.door.test");
        gateway.Plane.Commit(Scenario.Policy("console", """permit (principal == User::"alice", action, resource);""", system: true));
        await Eventually.TrueAsync(
            async () => (await gateway.GetAsync(console, url: "https://console.door.test")).StatusCode == HttpStatusCode.OK, "the console opened");

        Assert.Equal(HttpStatusCode.Forbidden, denied.StatusCode);
        Assert.Equal(200, await gateway.StatusAsync(cookie));
    }
}
