using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Core.Identifiers;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Tests.Api;

public sealed class ApiCallTests
{
    [Fact]
    public async Task A_write_on_an_old_version_is_refused_and_on_the_current_one_done()
    {
        await using var host = await ApiHost.StartAsync();
        await host.Local.PutAsJsonAsync("groups/g", new { spec = new { } });
        var tag = (await host.Local.GetAsync("groups/g")).Headers.ETag!;
        Assert.Equal(HttpStatusCode.OK, await PutAsync("ops", tag));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await PutAsync("dev", tag));
        Assert.Equal(HttpStatusCode.NotFound, (await host.Local.GetAsync("groups/none")).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await host.Local.PostAsJsonAsync("groups", new { name = "g", spec = new { } })).StatusCode);

        async Task<HttpStatusCode> PutAsync(string inner, EntityTagHeaderValue match)
        {
            await host.Local.PutAsJsonAsync($"groups/{inner}", new { spec = new { } });
            using var request = new HttpRequestMessage(HttpMethod.Put, "groups/g") { Content = JsonContent.Create(new { spec = new { groups = new[] { inner } } }) };
            request.Headers.IfMatch.Add(match);
            return (await host.Local.SendAsync(request)).StatusCode;
        }
    }

    [Fact]
    public async Task Lists_are_pages_that_join_without_gap_or_repetition()
    {
        await using var host = await ApiHost.StartAsync();
        for (var i = 0; i < 7; i++) await host.Local.PutAsJsonAsync($"networks/n{i}", new { spec = new { ranges = new[] { $"10.{i}.0.0/16" } } });
        var names = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await host.Local.GetFromJsonAsync<JsonElement>($"networks?limit=3&cursor={cursor}");
            names.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("name").GetString()!));
            cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }

        Assert.Equal(["n0", "n1", "n2", "n3", "n4", "n5", "n6"], names);
    }

    [Fact]
    public async Task Apply_answers_with_place_and_fix_of_every_error()
    {
        await using var host = await ApiHost.StartAsync();
        using var response = await host.Local.PostAsJsonAsync("apply", new
        {
            documents = new[] { new { kind = "Policy", name = "p", spec = new { cedar = "permit (\n  principal,\n  action;" }, source = "p.yaml:3" } },
        });
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var error = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors")[0];
        Assert.Equal(("p.yaml:3", "cedar", 3), (error.GetProperty("source").GetString(), error.GetProperty("field").GetString(), error.GetProperty("line").GetInt32()));
    }

    [Fact]
    public async Task Credentials_are_imported_once_unless_they_are_to_be_replaced_and_never_shown()
    {
        await using var host = await ApiHost.StartAsync();
        var credentials = new { email = "alice@example.test", password = "correct horse battery staple", totpSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", replace = false };
        Assert.Equal(HttpStatusCode.NoContent, (await host.Local.PostAsJsonAsync("users/alice/credentials", credentials)).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await host.Local.PostAsJsonAsync("users/alice/credentials", credentials)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await host.Local.PostAsJsonAsync("users/alice/credentials", credentials with { replace = true })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Local.PostAsJsonAsync("users/bob/credentials", credentials with { totpSecret = "no" })).StatusCode);

        // A name is never given twice, so what is refused must not have taken one.
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Local.PostAsJsonAsync("users/bob/credentials", credentials with { password = "short" })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Local.PostAsJsonAsync("users/bob/credentials", credentials with { email = "nonsense" })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Local.PostAsJsonAsync("users/bob/credentials", new { email = "bob@example.test" })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Local.GetAsync("users/bob")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await host.Local.PostAsJsonAsync("users/alice/credentials", credentials with { replace = true, email = "new@example.test" })).StatusCode);
        Assert.Contains("new@example.test", await host.Local.GetStringAsync("users/alice"), StringComparison.Ordinal);
        Assert.DoesNotContain("JBSWY", await host.Local.GetStringAsync("users/alice"), StringComparison.Ordinal);
        Assert.DoesNotContain("horse", await host.Local.GetStringAsync("audit/export"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_is_shown_once_kept_as_its_hash_and_revoked_through_the_change_log()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("robot", null);
        var made = await (await host.Local.PostAsJsonAsync("tokens", new { user = "robot", applications = new[] { "console" }, days = 3 })).Content.ReadFromJsonAsync<JsonElement>();
        var (id, text) = (made.GetProperty("id").GetString()!, made.GetProperty("token").GetString()!);
        Assert.StartsWith("dwt_", text, StringComparison.Ordinal);
        Assert.DoesNotContain(text, await host.Local.GetStringAsync("tokens"), StringComparison.Ordinal);
        Assert.Null(await LastUsedAsync());
        await using (var db = host.Control.Open())
        {
            var session = await db.Tokens.Where(t => t.Id == id).Select(t => t.Session!).SingleAsync();
            session.LastUse += TimeSpan.FromMinutes(5);
            await db.SaveChangesAsync();
        }

        Assert.NotNull(await LastUsedAsync());
        Assert.DoesNotContain(text, await host.Local.GetStringAsync("audit/export"), StringComparison.Ordinal);
        await using (var db = host.Control.Open()) Assert.Equal(Credential.Hash(text), (await db.Tokens.SingleAsync()).Hash);
        var revoked = await (await host.Local.DeleteAsync($"tokens/{id}")).Content.ReadFromJsonAsync<JsonElement>();
        await using (var db = host.Control.Open())
        {
            Assert.True(await db.Changes.AnyAsync(c => c.Revision == revoked.GetProperty("revision").GetInt64()));
            Assert.NotNull((await db.Sessions.SingleAsync()).Ended);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await host.Local.DeleteAsync($"tokens/{id}")).StatusCode);

        async Task<string?> LastUsedAsync()
        {
            var listed = (await host.Local.GetFromJsonAsync<JsonElement>("tokens")).GetProperty("items").EnumerateArray().Single(token => token.GetProperty("id").GetString() == id);
            return listed.TryGetProperty("lastUsed", out var used) ? used.GetString() : null;
        }
    }

    [Theory]
    [InlineData("""{"user":"nobody","applications":["console"]}""", "user")]
    [InlineData("""{"user":"robot","applications":["nowhere"]}""", "applications")]
    [InlineData("""{"user":"robot","applications":[]}""", "applications")]
    [InlineData("""{"user":"robot","applications":["console"],"days":4000}""", "days")]
    public async Task A_token_is_for_a_known_user_known_applications_and_a_bounded_time(string body, string field)
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("robot", null);
        using var response = await host.Local.PostAsync("tokens", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(field, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("field").GetString());
    }

    [Fact]
    public async Task A_token_for_the_console_calls_the_API_with_its_users_roles_and_one_for_elsewhere_does_not()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("robot", "auditors");
        await host.Local.PutAsJsonAsync("applications/wiki", new { spec = new { hosts = new[] { "wiki.doorward.localhost" }, upstream = "http://127.0.0.1:1" } });
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), await CallAsync("console"));
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), await CallAsync("wiki"));

        async Task<(HttpStatusCode Read, HttpStatusCode Write)> CallAsync(string application)
        {
            var made = await (await host.Local.PostAsJsonAsync("tokens", new { user = "robot", applications = new[] { application } })).Content.ReadFromJsonAsync<JsonElement>();
            await using var db = host.Control.Open();
            var id = made.GetProperty("id").GetString();
            using var client = await host.ThroughGatewayAsync(await host.AssertAsync((await db.Tokens.SingleAsync(t => t.Id == id)).SessionId));
            return ((await client.GetAsync("groups")).StatusCode, (await client.PutAsJsonAsync("groups/g", new { spec = new { } })).StatusCode);
        }
    }

    [Fact]
    public async Task Sessions_are_listed_and_ended_one_by_one_by_user_and_all_at_once()
    {
        await using var host = await ApiHost.StartAsync();
        var (ann, ben) = (await host.AddAsync("ann", null), await host.AddAsync("ben", null));
        var first = await host.Control.SignInAsync(ann);
        await host.Control.SignInAsync(ann);
        await host.Control.SignInAsync(ben);
        Assert.Equal(3, await CountAsync());
        Assert.Equal(1, await RevokeAsync(new { id = first.Session.Id, reason = "lost laptop" }));
        Assert.Equal(1, await RevokeAsync(new { user = "ann" }));
        Assert.Equal(1, await CountAsync());
        Assert.Equal(1, await RevokeAsync(new { all = true }));
        Assert.Equal(0, await CountAsync());
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Local.PostAsJsonAsync("sessions/revoke", new { })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Local.PostAsJsonAsync("sessions/revoke", new { all = true, user = "ann" })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Local.PostAsJsonAsync("sessions/revoke", new { all = true, reason = "\u001b[31m" })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Local.PostAsJsonAsync("sessions/revoke", new { id = first.Session.Id })).StatusCode);

        async Task<int> CountAsync() => (await host.Local.GetFromJsonAsync<JsonElement>("sessions")).GetProperty("items").GetArrayLength();

        async Task<int> RevokeAsync(object body) =>
            (await (await host.Local.PostAsJsonAsync("sessions/revoke", body)).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("revoked").GetInt32();
    }

    [Fact]
    public async Task Says_who_can_and_what_it_would_take()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("ann", "administrators");
        await host.AddAsync("ben", null);
        var yes = await AskAsync("access/can", new { user = "ann", application = "console" });
        Assert.Equal("allow", yes.GetProperty("decision").GetString());
        var no = await AskAsync("access/can", new { user = "ben", application = "console" });
        Assert.Equal("deny", no.GetProperty("decision").GetString());
        Assert.Equal(["Be a member of the group administrators."], no.GetProperty("remedies")[0].GetProperty("steps").EnumerateArray().Select(step => step.GetString()));
        Assert.False(no.GetProperty("remedies")[0].GetProperty("ownDoing").GetBoolean());
        var who = await AskAsync("access/who-can", new { application = "console" });
        Assert.Equal(["ann"], who.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("user").GetString()));
        var check = await AskAsync("policies/check", new { documents = new[] { new { kind = "Policy", name = "p", spec = new { cedar = "permit" } } } });
        Assert.Equal(1, check.GetProperty("errors").GetArrayLength());
        var formatted = await AskAsync("policies/format", new { cedar = "permit(principal,action,resource)when{context.session.mfa};" });
        Assert.Equal("permit (principal, action, resource)\nwhen { context.session.mfa };\n", formatted.GetProperty("cedar").GetString());

        async Task<JsonElement> AskAsync(string path, object body) => await (await host.Local.PostAsJsonAsync(path, body)).Content.ReadFromJsonAsync<JsonElement>();
    }

    [Theory]
    [InlineData("nobody", "console", "There is no user nobody.")]
    [InlineData("ann", "nothing", "There is no application nothing.")]
    public async Task Says_which_of_the_two_there_is_not(string user, string application, string detail)
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("ann", null);

        using var answer = await host.Local.PostAsJsonAsync("access/can", new { user, application });

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(detail, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("context.session.assurance >= 2", "deny")]
    [InlineData("context.session.methods.contains(\"token\")", "allow")]
    public async Task A_service_account_is_judged_as_it_comes_by_token_whatever_assurance_is_asked_for(string condition, string expected)
    {
        await using var host = await ApiHost.StartAsync();
        var documents = new object[]
        {
            new { kind = "User", name = "ci", spec = new { service = true } },
            new { kind = "Application", name = "wiki", spec = new { hosts = new[] { "wiki.door.test" }, upstream = "http://127.0.0.1:9000" } },
            new { kind = "Policy", name = "p", spec = new { cedar = $"permit (principal == Service::\"ci\", action, resource) when {{ {condition} }};" } },
        };
        Assert.Equal(HttpStatusCode.OK, (await host.Local.PostAsJsonAsync("apply", new { documents })).StatusCode);

        var answer = await (await host.Local.PostAsJsonAsync("access/can", new { user = "ci", application = "wiki", assurance = 3 })).Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(expected, answer.GetProperty("decision").GetString());
    }

    [Fact]
    public async Task Says_how_the_installation_does()
    {
        await using var host = await ApiHost.StartAsync();
        var status = await host.Local.GetFromJsonAsync<JsonElement>("status");
        Assert.Equal((TestInstallation.Domain, "available"), (status.GetProperty("domain").GetString(), status.GetProperty("audit").GetString()));
        var joined = await host.Local.PostAsJsonAsync("gateways/join-token", new { name = "berlin" });
        Assert.Equal(HttpStatusCode.OK, joined.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Local.PostAsJsonAsync("gateways/join-token", new { name = "Not A Name" })).StatusCode);
    }
}
