using System.Net;
using System.Text;
using System.Text.Json;
using Doorward.Control.Api.InProcess;
using Doorward.Control.Hosting;
using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Api;

/// <summary>Pages of the console act by the admin API inside the process: same roles, same records, and nothing once the session is over.</summary>
public sealed class InProcessApiTests
{
    private static readonly IPAddress Address = IPAddress.Parse("192.0.2.44");

    [Theory]
    [InlineData("administrators", 200, 200, 200)]
    [InlineData("auditors", 200, 403, 403)]
    [InlineData("helpdesk", 200, 200, 403)]
    [InlineData(null, 403, 403, 403)]
    public async Task Lets_each_role_do_what_it_may_over_the_network_and_no_more(string? role, int look, int support, int administer)
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("root", "administrators");
        var session = await BeginAsync(host, "carol", role);
        await host.AddAsync("bob", null);
        Assert.Equal(look, (await CallAsync(host, session, "GET", "sessions?limit=5")).Status);
        Assert.Equal(support, (await CallAsync(host, session, "POST", "sessions/revoke", """{"user":"bob","reason":"test"}""")).Status);
        Assert.Equal(administer, (await CallAsync(host, session, "PUT", "groups/ops", """{"spec":{"members":["bob"]}}""")).Status);
    }

    [Theory]
    [InlineData("administrators", 200, 200, 200, 400)]
    [InlineData("auditors", 200, 403, 403, 403)]
    [InlineData("helpdesk", 200, 200, 403, 403)]
    [InlineData(null, 403, 403, 403, 403)]
    public async Task Pages_of_people_and_applications_do_what_the_role_may(string? role, int look, int invite, int change, int test)
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("root", "administrators");
        var session = await BeginAsync(host, "carol", role);
        await host.AddAsync("bob", null);
        Assert.Equal(look, (await CallAsync(host, session, "GET", "people/bob")).Status);
        Assert.Equal(look, (await CallAsync(host, session, "POST", "access/what-can", """{"user":"bob"}""")).Status);
        Assert.Equal(invite, (await CallAsync(host, session, "POST", "users/bob/invitation")).Status);
        Assert.Equal(change, (await CallAsync(host, session, "PUT", "users/bob", """{"spec":{"disabled":true}}""")).Status);
        var refused = await CallAsync(host, session, "POST", "applications/test", """{"upstream":"http://169.254.169.254","allowSpecialAddresses":false}""");
        Assert.Equal(test, refused.Status);
        if (role == "administrators") Assert.Equal("upstream", JsonDocument.Parse(refused.Body).RootElement.GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("revoked")]
    [InlineData("disabled")]
    [InlineData("expired")]
    [InlineData("idle")]
    public async Task Refuses_every_call_once_the_session_is_over(string how)
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("root", "administrators");
        var session = await BeginAsync(host, "carol", "administrators");
        Assert.Equal(200, (await CallAsync(host, session, "GET", "me")).Status);
        await using (var db = host.Control.Open())
        {
            var row = db.Sessions.Single(s => s.Id == session.Id);
            var now = TimeProvider.System.GetUtcNow();
            if (how == "disabled") db.Users.Single(u => u.UserName == "carol").Disabled = true;
            if (how == "expired") row.Expires = now;
            if (how == "idle") row.LastUse = now - TimeSpan.FromDays(1);
            await db.SaveChangesAsync();
        }

        if (how == "revoked") await host.Control.Sessions.EndAsync(session.Id, SessionEnding.ByAdministrator("root", null), CancellationToken.None);
        Assert.Equal(401, (await CallAsync(host, session, "GET", "me")).Status);
        Assert.Equal(401, (await CallAsync(host, session, "POST", "sessions/revoke", """{"all":true}""")).Status);
    }

    [Fact]
    public async Task Asks_for_the_role_anew_at_every_call()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("root", "administrators");
        var session = await BeginAsync(host, "carol", "auditors");
        Assert.Equal(200, (await CallAsync(host, session, "GET", "sessions")).Status);
        using var put = await host.Local.PutAsync("groups/auditors", new StringContent("""{"spec":{"members":[]}}""", Encoding.UTF8, "application/json"));
        Assert.True(put.IsSuccessStatusCode);
        Assert.Equal(403, (await CallAsync(host, session, "GET", "sessions")).Status);
    }

    [Fact]
    public async Task Records_who_did_it_in_which_session_from_where()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("root", "administrators");
        var session = await BeginAsync(host, "carol", "administrators");
        await host.AddAsync("bob", null);
        Assert.Equal(200, (await CallAsync(host, session, "POST", "sessions/revoke", """{"user":"bob","reason":"left the company"}""")).Status);
        var records = (await host.AuditAsync()).Where(line => line.ToString().Contains("session.revoke", StringComparison.Ordinal)).Select(line => line.ToString()).ToList();
        Assert.Contains(records, text => text.Contains("attempted", StringComparison.Ordinal));
        Assert.Contains(records, text => text.Contains("\"done\"", StringComparison.Ordinal) && text.Contains("carol", StringComparison.Ordinal)
            && text.Contains(session.Id, StringComparison.Ordinal) && text.Contains("192.0.2.44", StringComparison.Ordinal) && text.Contains("left the company", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reaches_the_api_alone()
    {
        await using var host = await ApiHost.StartAsync();
        var session = await BeginAsync(host, "carol", "administrators");
        Assert.Equal(403, (await CallAsync(host, session, "GET", "../../health/live")).Status);
        Assert.Equal(403, (await CallAsync(host, session, "GET", "nothing-like-it")).Status);
        Assert.Equal(400, (await CallAsync(host, session, "POST", "sessions/revoke", "{}")).Status);
    }

    [Fact]
    public async Task No_request_from_outside_acts_for_a_session_that_it_names()
    {
        var seen = new List<(Face Face, bool Acting)>();
        await using var host = await ApiHost.StartAsync(app => app.Use((context, next) =>
        {
            lock (seen) seen.Add((context.GetFace(), context.Features.Get<ActingSession>() is not null));
            return next(context);
        }));
        var session = await BeginAsync(host, "carol", "administrators");
        using var outside = await host.ThroughGatewayAsync(null);
        foreach (var name in new[] { "ActingSession", "Doorward-Acting-Session", "Doorward-Session", "Doorward-Face", "Face", "sid" })
            outside.DefaultRequestHeaders.Add(name, session.Id);
        using var refused = await outside.GetAsync("me?sid=" + session.Id);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        using var local = await host.Local.GetAsync("me");
        Assert.Equal("Local", JsonDocument.Parse(await local.Content.ReadAsStringAsync()).RootElement.GetProperty("type").GetString());
        Assert.NotEmpty(seen);
        Assert.All(seen, request => Assert.True(request is { Acting: false, Face: not Face.Console }));
        Assert.Equal(200, (await CallAsync(host, session, "GET", "me")).Status);
        Assert.Contains((Face.Console, true), seen);
    }

    [Fact]
    public async Task A_circuit_acts_no_more_once_its_cookie_was_replaced_until_it_comes_back_by_the_next()
    {
        await using var host = await ApiHost.StartAsync();
        var standing = host.Control.Services.GetRequiredService<CircuitStanding>();
        var page = await BeginAsync(host, "kim", "administrators");
        await GiveCookieAsync(host, page.Id, 1);
        var circuit = await standing.OpenAsync(page, CancellationToken.None);
        Assert.Equal(200, (await CallAsync(host, circuit, "GET", "me")).Status);

        // It is ended by a confirmation, and nobody has the next yet.
        await using (var db = host.Control.Open())
        {
            db.Handles.RemoveRange(db.Handles.Where(handle => handle.SessionId == page.Id));
            await db.SaveChangesAsync();
        }

        var between = await standing.OpenAsync(page, CancellationToken.None);
        Assert.Equal((401, 401), ((await CallAsync(host, circuit, "GET", "me")).Status, (await CallAsync(host, circuit, "PUT", "groups/g", "{\"spec\":{}}")).Status));
        await GiveCookieAsync(host, page.Id, 2);
        Assert.Equal(401, (await CallAsync(host, circuit, "GET", "me")).Status);
        Assert.Equal([circuit, between], await standing.OverAmongAsync([circuit, page, between], CancellationToken.None));

        // Its twin: by the next cookie it goes on, and a request of now never stopped.
        Assert.Equal(200, (await CallAsync(host, await standing.OpenAsync(page, CancellationToken.None), "GET", "me")).Status);
        Assert.Equal(200, (await CallAsync(host, page, "GET", "me")).Status);
    }

    private static async Task GiveCookieAsync(ApiHost host, string session, byte number)
    {
        await using var db = host.Control.Open();
        db.Handles.Add(new Handle { Hash = [.. Enumerable.Repeat(number, 32)], SessionId = session, Host = $"console.{db.Settings.Single().Domain}", Created = TimeProvider.System.GetUtcNow() });
        await db.SaveChangesAsync();
    }

    private static async Task<ActingSession> BeginAsync(ApiHost host, string name, string? role)
    {
        var user = await host.AddAsync(name, role);
        var begun = await host.Control.Sessions.StartAsync(
            new SignIn { UserId = user.Id, Assurance = 2, Methods = ["pwd"], SecurityEpoch = user.SecurityEpoch }, CancellationToken.None);
        return new ActingSession(begun!.Session.Id, Address);
    }

    private static Task<ApiReply> CallAsync(ApiHost host, ActingSession session, string method, string path, string? body = null) =>
        host.Control.Services.GetRequiredService<InProcessApi>().SendAsync(
            session, new ApiRequest(method, path) { Body = body is null ? default : Encoding.UTF8.GetBytes(body) }, CancellationToken.None);
}
