using System.Net;
using System.Text.Json;
using Doorward.Testing.ControlPlane;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Gateway.Tests.Deciding;

/// <summary>What programs and people are told, and what they are not.</summary>
public sealed class DenialTests
{
    [Fact]
    public async Task Challenges_a_program_without_a_session_as_RFC_6750_says()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        using var response = await gateway.GetAsync();
        Assert.Equal("Bearer realm=\"doorward\"", response.Headers.WwwAuthenticate.ToString());
        Assert.Equal("no-session", (await ProblemAsync(response)).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("context.session.assurance >= 2", "acr_values=\"2\"")]
    [InlineData("context.session.phishingResistant", "acr_values=\"3\"")]
    public async Task Names_the_assurance_that_a_program_should_ask_for_as_RFC_9470_says(string condition, string parameter)
    {
        await using var gateway = await DecidingGateway.StartAsync(policy: When(condition));
        using var response = await gateway.GetAsync(gateway.SignIn("ses_a", "alice", assurance: 1));
        var challenge = response.Headers.WwwAuthenticate.ToString();
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("error=\"insufficient_user_authentication\"", challenge, StringComparison.Ordinal);
        Assert.Contains(parameter, challenge, StringComparison.Ordinal);
        Assert.DoesNotContain("max_age", challenge, StringComparison.Ordinal);
        Assert.StartsWith("dec_", (await ProblemAsync(response)).GetProperty("reference").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_the_age_of_sign_in_that_a_program_should_ask_for()
    {
        await using var gateway = await DecidingGateway.StartAsync(adjust: wiki => wiki with { MaxSignInAge = TimeSpan.FromMinutes(5) });
        gateway.Plane.Commit(Scenario.User("alice"), Scenario.Session("ses_a", "alice", 2, TimeProvider.System.GetUtcNow().AddHours(-1)));
        var old = gateway.Plane.Handle("ses_a", DecidingGateway.Wiki);
        using var program = await gateway.GetAsync(old);
        using var browser = await gateway.GetAsync(old, browser: true);
        Assert.Equal(HttpStatusCode.Unauthorized, program.StatusCode);
        Assert.Contains("max_age=\"300\"", program.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Contains("&max_age=300", browser.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Challenges_nobody_whom_no_sign_in_would_help()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        using var response = await gateway.GetAsync(gateway.SignIn("ses_m", "mallory", assurance: 1));
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Empty(response.Headers.WwwAuthenticate);
    }

    // What others would have to do about a person is for administrators: it names groups, networks and hours of the organisation.
    [Theory]
    [InlineData("principal in Group::\"board-of-directors\"", "board-of-directors")]
    [InlineData("context has network && context.network.names.contains(\"secret-lab\")", "secret-lab")]
    public async Task Tells_people_nothing_about_groups_and_networks_and_records_it_for_administrators(string condition, string secret)
    {
        await using var gateway = await DecidingGateway.StartAsync(policy: When(condition));
        var alice = gateway.SignIn("ses_a", "alice");
        foreach (var browser in new[] { true, false })
        {
            using var response = await gateway.GetAsync(alice, browser: browser);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            Assert.DoesNotContain(secret, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await Eventually.TrueAsync(
            () => gateway.Plane.Records.Any(record => record.Decision?.RemediesJson.Contains(secret, StringComparison.Ordinal) ?? false), "the remedy was recorded");
    }

    // The clock stands still: all of it happens in one second.
    [Fact]
    public async Task Offers_a_step_up_to_every_refusal_of_a_loop_and_records_twenty_of_a_second()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var gateway = await DecidingGateway.StartAsync(clock, policy: When("context.session.assurance >= 2"));
        var weak = gateway.SignIn("ses_a", "alice", assurance: 1);
        for (var i = 0; i < 50; i++) Assert.Equal(401, await gateway.StatusAsync(weak));

        await gateway.Part<Gateway.Grants.Accountant>().WriteAsync();
        await Eventually.TrueAsync(() => gateway.Plane.Records.Count(record => record.Decision is { Decision: "deny" }) == 20, "twenty were recorded");
        await Eventually.TrueAsync(() => gateway.Plane.Records.Where(record => record.Count is not null).Sum(record => record.Count.Requests) == 30, "the others were counted");
    }

    private static string When(string condition) =>
        $"permit (principal in Group::\"engineering\", action, resource == Application::\"wiki\") when {{ {condition} }};";

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return document.RootElement.Clone();
    }
}
