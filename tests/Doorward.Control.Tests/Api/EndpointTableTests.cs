using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Storage;
using Doorward.Testing.Administration;

namespace Doorward.Control.Tests.Api;

/// <summary>Every endpoint of the description, called as everybody: a new one fails this until somebody has said who may.</summary>
public sealed class EndpointTableTests
{
    [Fact]
    public async Task Every_endpoint_opens_for_whom_the_table_says_and_for_nobody_else()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("root", "administrators");
        await host.AddAsync("bob", null);
        var described = await DescribedAsync(host);
        Assert.Equal(ApiActs.All.Select(static act => act.Endpoint).Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
        // Each begins when it is their turn: what says who they are is good for a minute.
        var callers = new Dictionary<string, Func<Task<HttpClient>>>
        {
            ["A"] = () => host.PersonAsync("adam", "administrators"),
            ["U"] = () => host.PersonAsync("ulla", "auditors"),
            ["H"] = () => host.PersonAsync("holly", "helpdesk"),
            ["P"] = () => host.PersonAsync("paul", null),
            ["weak"] = () => host.PersonAsync("ada", "administrators", assurance: 1),
            ["nobody"] = () => host.ThroughGatewayAsync(null),
        };
        var wrong = new List<string>();
        // The administrator last: their calls may change what the others are refused for.
        foreach (var (caller, begin) in callers.OrderBy(static pair => pair.Key == "A"))
        {
            using var client = await begin();
            foreach (var (endpoint, body, who) in ApiActs.All)
            {
                using var response = await client.SendAsync(Request(endpoint, body));
                var status = (int)response.StatusCode;
                var opened = status is not (401 or 403);
                if (opened != who.Contains(caller, StringComparison.Ordinal) || (caller == "nobody" && status != 401) || status >= 500)
                    wrong.Add($"{caller}: {endpoint} {status} {await response.Content.ReadAsStringAsync()}");
                else if (status >= 400 && response.Content.Headers.ContentType?.MediaType != "application/problem+json")
                    wrong.Add($"{caller}: {endpoint} {status} is no problem+json");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task The_help_desk_raises_nobody_and_touches_no_one_with_a_role_even_by_a_nested_group()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("root", "administrators");
        await host.AddAsync("ulla", "auditors");
        await host.AddAsync("inner", null);
        await host.AddAsync("bob", null);
        Assert.True((await host.Local.PutAsJsonAsync("groups/ops", new { spec = new { members = new[] { "inner" } } })).IsSuccessStatusCode);
        Assert.True((await host.Local.PutAsJsonAsync("groups/administrators", new { spec = new { members = new[] { "root" }, groups = new[] { "ops" } } })).IsSuccessStatusCode);
        using var holly = await host.PersonAsync("holly", "helpdesk");
        (string Path, string? Body)[] trespasses =
        [
            ("users/holly/invitation", null),
            ("users/root/invitation", null),
            ("users/inner/invitation", null),
            ("users/ulla/invitation", null),
            ("users/bob/credentials", """{"password":"a new passphrase of many words","replace":true}"""),
            ("sessions/revoke", """{"user":"inner"}"""),
            ("grants/cut", """{"user":"inner"}"""),
            ("grants/cut", """{"application":"console"}"""),
            ("tokens", """{"user":"root","applications":["console"]}"""),
            ("apply", """{"documents":[{"kind":"Group","name":"ops","spec":{"members":["holly"]}}]}"""),
            ("groups", """{"name":"mine","spec":{"members":["holly"]}}"""),
            ("policies", """{"name":"mine","spec":{"cedar":"permit (principal, action, resource);"}}"""),
        ];
        foreach (var (path, body) in trespasses)
        {
            using var response = await holly.PostAsync(path, body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
            Assert.True(response.StatusCode == HttpStatusCode.Forbidden, $"{path} {body} {response.StatusCode}");
        }

        using var allowed = await holly.PostAsync("users/bob/invitation", null);
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
    }

    [Theory]
    [InlineData("applications", """{"hosts":["wiki.doorward.localhost"],"upstream":"http://127.0.0.1:9000"}""", """{"hosts":["wiki.doorward.localhost"],"upstream":"http://127.0.0.1:9001"}""")]
    [InlineData("groups", "{}", """{"members":["bob"]}""")]
    [InlineData("users", """{"email":"x@example.test"}""", """{"email":"y@example.test"}""")]
    [InlineData("policies", """{"cedar":"permit (principal, action, resource);"}""", """{"cedar":"forbid (principal, action, resource);"}""")]
    [InlineData("networks", """{"ranges":["10.0.0.0/8"]}""", """{"ranges":["10.1.0.0/16"]}""")]
    [InlineData("connectors", "{}", """{"description":"Head office"}""")]
    [InlineData("identityproviders", """{"issuer":"https://idp.example","clientId":"a"}""", """{"issuer":"https://idp.example","clientId":"b"}""")]
    [InlineData("oidcclients", """{"redirectUris":["https://a.example/"]}""", """{"redirectUris":["https://b.example/"]}""")]
    public async Task A_change_on_what_somebody_else_changed_meanwhile_is_refused_for_every_kind(string kind, string first, string second)
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("bob", null);
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Put, first, ifNoneMatch: true));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await SendAsync(HttpMethod.Put, second, ifNoneMatch: true));
        var tag = (await host.Local.GetAsync($"{kind}/thing")).Headers.ETag!.Tag;
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Put, second, tag));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await SendAsync(HttpMethod.Put, first, tag));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await SendAsync(HttpMethod.Delete, null, tag));
        Assert.Equal(HttpStatusCode.BadRequest, await SendAsync(HttpMethod.Delete, null, "\"nonsense\""));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Delete, null, (await host.Local.GetAsync($"{kind}/thing")).Headers.ETag!.Tag));

        async Task<HttpStatusCode> SendAsync(HttpMethod method, string? spec, string? ifMatch = null, bool ifNoneMatch = false)
        {
            using var request = new HttpRequestMessage(method, $"{kind}/thing");
            if (spec is not null) request.Content = new StringContent($$"""{"spec":{{spec}}}""", System.Text.Encoding.UTF8, "application/json");
            if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
            if (ifNoneMatch) request.Headers.TryAddWithoutValidation("If-None-Match", "*");
            return (await host.Local.SendAsync(request)).StatusCode;
        }
    }

    [Fact]
    public async Task A_field_that_is_not_the_callers_to_set_or_wrong_is_refused_by_its_name()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("bob", null);
        (string Kind, string Spec, string? Field)[] mistakes =
        [
            ("users", """{"passwordHash":"x"}""", "passwordHash"),
            ("users", """{"securityEpoch":0}""", "securityEpoch"),
            ("users", """{"identityProvider":"corp"}""", "identityProvider"),
            ("groups", """{"federated":["bob"]}""", "federated"),
            ("groups", """{"members":["nobody"]}""", "members"),
            ("policies", """{"cedar":"permit (principal, action, resource);","system":true}""", "system"),
            ("connectors", """{"replicas":["rep-1"]}""", "replicas"),
            ("connectors", """{"draining":["rep-1"]}""", "draining"),
            ("applications", """{"connector":"hq","tcp":["db:0"]}""", "tcp[0]"),
            ("applications", """{"connector":"hq","tcp":"db:22","hosts":["db.doorward.localhost"]}""", "hosts"),
            ("networks", """{"ranges":["not a range"]}""", "ranges[0]"),
            ("oidcclients", """{"redirectUris":["https://a.example/"],"clientSecret":"short"}""", "clientSecret"),
            ("oidcclients", """{"redirectUris":["http://a.example/"]}""", "redirectUris"),
            ("oidcclients", """{"redirectUris":["https://*.example/"]}""", "redirectUris"),
            ("identityproviders", """{"issuer":"http://idp.example","clientId":"a"}""", "issuer"),
            ("identityproviders", """{"issuer":"https://169.254.169.254","clientId":"a","acr":{"x":"4"}}""", null),
        ];
        foreach (var (kind, spec, field) in mistakes)
        {
            using var response = await host.Local.PutAsync($"{kind}/thing", new StringContent($$"""{"spec":{{spec}}}""", System.Text.Encoding.UTF8, "application/json"));
            var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
            Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{kind} {spec} {response.StatusCode}");
            if (field is not null) Assert.Equal(field, problem.GetProperty("field").GetString());
            Assert.False(string.IsNullOrEmpty(problem.GetProperty("fix").GetString()));
            Assert.Equal(HttpStatusCode.NotFound, (await host.Local.GetAsync($"{kind}/thing")).StatusCode);
        }
    }

    [Theory]
    [InlineData("local")]
    [InlineData("System")]
    public async Task Nobody_is_named_as_the_owner_of_the_machine_or_the_installation(string name)
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Local.PutAsJsonAsync($"users/{name}", new { spec = new { } })).StatusCode);
    }

    [Theory]
    [InlineData("users?limit=100000")]
    [InlineData("users?limit=-1")]
    [InlineData("sessions?limit=2147483647&user=bob")]
    [InlineData("decisions?user=bob%27%20OR%201%3D1--&limit=100000")]
    [InlineData("users?cursor=%00")]
    public async Task Lists_are_bounded_whatever_is_asked(string path)
    {
        await using var host = await ApiHost.StartAsync();
        await using (var db = host.Control.Open())
        {
            db.Users.AddRange(Enumerable.Range(0, 600).Select(static i => new User { UserName = $"u{i:D4}", NormalizedUserName = $"U{i:D4}" }));
            await db.SaveChangesAsync();
        }

        using var response = await host.Local.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.InRange((await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items").GetArrayLength(), 0, 500);
    }

    private static async Task<List<string>> DescribedAsync(ApiHost host)
    {
        var description = JsonDocument.Parse(await host.Local.GetStringAsync("/openapi/v1.json")).RootElement;
        return
        [
            .. description.GetProperty("paths").EnumerateObject()
                .SelectMany(static path => path.Value.EnumerateObject().Select(method => $"{method.Name.ToUpperInvariant()} {path.Name.TrimEnd('/')}")),
        ];
    }

    private static HttpRequestMessage Request(string endpoint, string body)
    {
        var (method, path) = (endpoint.Split(' ')[0], endpoint.Split(' ')[1]);
        var address = path["/api/v1/".Length..].Replace("{name}", "bob", StringComparison.Ordinal).Replace("{id}", "none", StringComparison.Ordinal).Replace("{version}", "1", StringComparison.Ordinal).Replace("{replica}", "rep-1", StringComparison.Ordinal);
        var request = new HttpRequestMessage(new HttpMethod(method), address);
        if (body.Length > 0) request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        return request;
    }
}
