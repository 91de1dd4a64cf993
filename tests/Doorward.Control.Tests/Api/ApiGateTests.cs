using System.Net;
using System.Net.Http.Json;
using Doorward.Control.Api;
using Doorward.Control.Roles;
using Doorward.Control.Sessions;
using Doorward.Core.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Api;

public sealed class ApiGateTests
{
    [Fact]
    public async Task Every_endpoint_says_what_one_must_be_allowed_for_it()
    {
        await using var host = await ApiHost.StartAsync();
        var endpoints = host.Control.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText is { } path && (path.StartsWith("/api", StringComparison.OrdinalIgnoreCase) || path.Contains("openapi", StringComparison.Ordinal)))
            .ToList();
        Assert.True(endpoints.Count > 30);
        foreach (var endpoint in endpoints)
        {
            var act = endpoint.Metadata.GetMetadata<Act>();
            Assert.True(act is not null, $"{endpoint.RoutePattern.RawText} is open to nobody: say what it does");
            if (act.Action.IsSupport()) Assert.True(act.PersonInBody || endpoint.RoutePattern.GetParameter(act.PersonFrom ?? "") is not null, endpoint.RoutePattern.RawText);
            var methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [];
            if (!methods.Contains("GET") && act.Action != ApiAction.View) Assert.True(act.Recorded, $"{endpoint.RoutePattern.RawText} acts without a record");
        }
    }

    [Fact]
    public async Task An_endpoint_that_does_not_say_what_it_does_is_closed_even_to_the_owner()
    {
        await using var host = await ApiHost.StartAsync(app => app.MapGet("/api/v1/forgotten", () => "open"));
        Assert.Equal(HttpStatusCode.Forbidden, (await host.Local.GetAsync("forgotten")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.Local.GetAsync("nowhere")).StatusCode);
    }

    [Theory]
    [InlineData("administrators", "GET users", 200)]
    [InlineData("administrators", "GET audit/export", 200)]
    [InlineData("administrators", "POST apply", 400)]
    [InlineData("administrators", "POST users/root/invitation", 200)]
    [InlineData("administrators", "POST sessions/revoke", 200)]
    [InlineData("auditors", "GET users", 200)]
    [InlineData("auditors", "GET audit/export", 200)]
    [InlineData("auditors", "POST apply", 403)]
    [InlineData("auditors", "POST users/root/invitation", 403)]
    [InlineData("auditors", "POST sessions/revoke", 403)]
    [InlineData("auditors", "PUT groups/administrators", 403)]
    [InlineData("helpdesk", "GET users", 200)]
    [InlineData("helpdesk", "GET audit/export", 403)]
    [InlineData("helpdesk", "POST apply", 403)]
    [InlineData("helpdesk", "POST users/bob/invitation", 200)]
    [InlineData("helpdesk", "POST users/root/invitation", 403)]
    [InlineData("helpdesk", "POST users/bob/credentials", 403)]
    [InlineData("helpdesk", "POST users/root/credentials", 403)]
    [InlineData("helpdesk", "POST sessions/revoke", 403)]
    [InlineData("helpdesk", "POST tokens", 403)]
    [InlineData("helpdesk", "PUT groups/administrators", 403)]
    [InlineData("helpdesk", "DELETE users/bob", 403)]
    [InlineData(null, "GET users", 403)]
    [InlineData(null, "POST sessions/revoke", 403)]
    public async Task A_role_may_call_what_it_is_for_and_nothing_else(string? group, string call, int expected)
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("root", "administrators");
        await host.AddAsync("bob", null);
        using var person = await host.PersonAsync("carol", group);
        var (method, path) = (call.Split(' ')[0], call.Split(' ')[1]);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method is not "GET" && !path.EndsWith("invitation", StringComparison.Ordinal))
            request.Content = JsonContent.Create(path == "sessions/revoke" ? (object)new { user = "root" } : path == "apply" ? new { documents = Array.Empty<object>() } : new { });
        using var response = await person.SendAsync(request);
        Assert.True(expected == (int)response.StatusCode, $"{response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
    }

    [Fact]
    public async Task The_help_desk_ends_the_sessions_of_people_but_not_of_administrators_nor_of_everybody()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("root", "administrators");
        await host.AddAsync("bob", null);
        using var helpdesk = await host.PersonAsync("carol", "helpdesk");
        Assert.Equal(HttpStatusCode.OK, (await helpdesk.PostAsJsonAsync("sessions/revoke", new { user = "bob" })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await helpdesk.PostAsJsonAsync("sessions/revoke", new { user = "root" })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await helpdesk.PostAsJsonAsync("sessions/revoke", new { all = true })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await helpdesk.PostAsJsonAsync("sessions/revoke", new { id = "ses_unknown" })).StatusCode);
    }

    [Fact]
    public async Task A_password_alone_is_not_enough()
    {
        await using var host = await ApiHost.StartAsync();
        using var weak = await host.PersonAsync("carol", "administrators", assurance: 1);
        Assert.Equal(HttpStatusCode.Forbidden, (await weak.GetAsync("users")).StatusCode);
    }

    [Fact]
    public async Task Only_a_whole_and_fresh_assertion_for_the_console_is_believed()
    {
        await using var host = await ApiHost.StartAsync();
        var user = await host.AddAsync("carol", "administrators");
        var session = (await host.Control.Sessions.StartAsync(
            new Control.Sessions.SignIn { UserId = user.Id, Assurance = 2, Methods = ["pwd"], SecurityEpoch = 0 }, CancellationToken.None))!.Session.Id;
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(await host.AssertAsync(session)));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(null));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("x.y.z"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(await host.AssertAsync(session, c => c["aud"] = "wiki")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(await host.AssertAsync(session, c => c["iss"] = "https://auth.evil.example")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(await host.AssertAsync(session, c => c["exp"] = TimeProvider.System.GetUtcNow().AddMinutes(-1).ToUnixTimeSeconds())));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(await host.AssertAsync(session, c => c.Remove("exp"))));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(await host.AssertAsync(session, header: """{"alg":"ES256","typ":"at+jwt","kid":"test-key"}""")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(await host.AssertAsync(session, header: """{"alg":"ES256","typ":"JWT","kid":"other"}""")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(await host.AssertAsync(session, header: """{"alg":"none","typ":"JWT","kid":"test-key"}""")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync((await host.AssertAsync(session))[..^4] + "AAAA"));
        await host.Control.Sessions.EndAsync(session, new SessionEnding(SessionEndCause.Revoked, "admin", "test"), CancellationToken.None);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(await host.AssertAsync(session)));

        async Task<HttpStatusCode> StatusAsync(string? assertion)
        {
            using var client = await host.ThroughGatewayAsync(assertion);
            return (await client.GetAsync("users")).StatusCode;
        }
    }

    [Fact]
    public async Task A_page_of_another_site_cannot_act_with_an_administrators_session()
    {
        await using var host = await ApiHost.StartAsync();
        using var admin = await host.PersonAsync("carol", "administrators");
        Assert.Equal(HttpStatusCode.Forbidden, await PutAsync("Origin", "https://wiki.doorward.localhost:8443"));
        Assert.Equal(HttpStatusCode.Forbidden, await PutAsync("Sec-Fetch-Site", "same-site"));
        Assert.Equal(HttpStatusCode.OK, await PutAsync("Origin", "https://console.doorward.localhost:8443"));

        async Task<HttpStatusCode> PutAsync(string header, string value)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, "groups/g") { Content = JsonContent.Create(new { spec = new { } }) };
            request.Headers.Add(header, value);
            return (await admin.SendAsync(request)).StatusCode;
        }
    }

    [Fact]
    public async Task Acts_and_refusals_are_on_record_before_they_are_answered()
    {
        await using var host = await ApiHost.StartAsync();
        using var auditor = await host.PersonAsync("carol", "auditors");
        Assert.Equal(HttpStatusCode.Forbidden, (await auditor.PutAsJsonAsync("groups/administrators", new { spec = new { members = new[] { "carol" } } })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Local.PutAsJsonAsync("networks/office", new { spec = new { ranges = new[] { "10.0.0.0/8" } } })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Local.PutAsJsonAsync("networks/home", new { spec = new { } })).StatusCode);
        var records = (await host.AuditAsync()).Where(r => r.GetProperty("kind").GetString() == "administration")
            .Select(r => $"{r.GetProperty("action").GetString()} {r.GetProperty("outcome").GetString()}").ToList();
        Assert.Contains("group.put denied", records);
        Assert.Equal("administrators", (await host.AuditAsync()).Single(static r => r.GetProperty("outcome").GetString() == "denied").GetProperty("target").GetString());
        Assert.Equal(["network.put attempted", "network.put done", "network.put attempted", "network.put refused"], records.Where(r => r.StartsWith("network", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Bodies_that_are_too_large_too_deep_or_no_JSON_are_refused_in_words()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PostAsync($$"""{"documents":[],"pad":"{{new string('x', 10 * 1024 * 1024)}}"}"""));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync($$"""{"documents":[{"kind":"Group","name":"g","spec":{{new string('[', 64)}}{{new string(']', 64)}}}]}"""));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync("""{"documents":[],"documents":[]}"""));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync("""{"documents":[],"other":1}"""));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync("{"));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync("{}"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, await PostAsync("{}", "text/plain"));
        Assert.Equal(HttpStatusCode.OK, await PostAsync("""{"documents":[{"kind":"Group","name":"g","spec":{}}]}"""));

        async Task<HttpStatusCode> PostAsync(string body, string type = "application/json")
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "apply") { Content = new StringContent(body, System.Text.Encoding.UTF8, type) };
            // A refusal of what is too large comes while it is being sent: ask first, to be sure to read it.
            request.Headers.ExpectContinue = true;
            using var response = await host.Local.SendAsync(request);
            if (!response.IsSuccessStatusCode)
            {
                Assert.True(response.Content.Headers.ContentType?.MediaType == "application/problem+json", $"{response.StatusCode} to {body[..Math.Min(body.Length, 60)]}");
                var problem = await response.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>();
                Assert.False(string.IsNullOrEmpty(problem.GetProperty("fix").GetString()));
                Assert.DoesNotContain("Doorward.Control", problem.GetRawText(), StringComparison.Ordinal);
            }

            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Describes_itself()
    {
        await using var host = await ApiHost.StartAsync();
        var description = await host.Local.GetStringAsync("/openapi/v1.json");
        Assert.Contains("/api/v1/sessions/revoke", description, StringComparison.Ordinal);
        Assert.Contains("/api/v1/applications/{name}", description, StringComparison.Ordinal);
        using var nobody = await host.ThroughGatewayAsync(null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync("/openapi/v1.json")).StatusCode);
    }
}
