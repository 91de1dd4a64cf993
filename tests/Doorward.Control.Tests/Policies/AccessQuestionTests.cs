using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Control.Tests.Api;

namespace Doorward.Control.Tests.Policies;

/// <summary>What if: accesses that nobody has tried. Each fact that can be supposed decides once for and once against.</summary>
public sealed class AccessQuestionTests
{
    private const string Alice = """ "user":"alice","application":"wiki" """;

    private static readonly (string Condition, string Allowed, string Denied)[] Facts =
    [
        ("principal in Group::\"crew\"", """ "groups":["crew"] """, """ "groups":[] """),
        ("principal in Group::\"staff\"", "", """ "groups":[] """),
        ("context.session.phishingResistant", """ "assurance":3 """, """ "assurance":2 """),
        ("context.session.methods.contains(\"hwk\")", """ "methods":["hwk"] """, """ "methods":["pwd"] """),
        ("context.session.age < duration(\"1h\")", """ "signInAge":"59m" """, """ "signInAge":"61m" """),
        ("context has network && context.network.names.contains(\"office\")", """ "address":"192.0.2.9" """, """ "address":"198.51.100.9" """),
        ("context has network && context.network.ip.isInRange(ip(\"192.0.2.0/24\"))", """ "network":"office" """, ""),
        ("context has device && context.device.managed && context.device.compliant", """ "device":{"managed":true,"compliant":true} """, """ "device":{"managed":true} """),
        ("context has risk && context.risk.score < 50", """ "risk":{"score":49} """, """ "risk":{"score":50} """),
        ("context.time.hour == 22 && context.time.weekday == 4", """ "at":"2030-01-31T22:15+01:00" """, """ "at":"2030-01-31T21:15+01:00" """),
        ("context.time.hour == 3 && context.time.weekday == 7", """ "hour":3,"weekday":7 """, """ "hour":3,"weekday":6 """),
        ("context has http && context.http.path == \"/health\"", """ "path":"/health" """, ""),
        ("context has http && context.http.method == \"DELETE\"", """ "action":"write","method":"DELETE" """, """ "action":"write" """),
    ];

    [Fact]
    public async Task Every_fact_can_be_supposed()
    {
        await using var host = await StartAsync("permit (principal, action, resource == Application::\"wiki\");");
        foreach (var (condition, allowed, denied) in Facts)
        {
            await PutAsync(host, $"permit (principal, action, resource == Application::\"wiki\") when {{ {condition} }};");
            Assert.Equal((condition, "allow"), (condition, (await AskAsync(host, Alice, allowed)).GetProperty("decision").GetString()));
            Assert.Equal((condition, "deny"), (condition, (await AskAsync(host, Alice, denied)).GetProperty("decision").GetString()));
        }
    }

    [Fact]
    public async Task Tunnels_are_supposed_to_the_first_target_unless_another_is_said_and_who_can_asks_for_them()
    {
        await using var host = await StartAsync("permit (principal, action, resource == Application::\"wiki\");");
        using (var made = await host.Local.PutAsJsonAsync("connectors/hq", new { spec = new { } })) Assert.True(made.IsSuccessStatusCode);
        using (var made = await host.Local.PutAsJsonAsync("applications/db", new { spec = new { connector = "hq", tcp = new[] { "db.internal:5432,5433", "[2001:db8::5]:22" }, ssh = new { principals = new[] { "root", "{user}" } } } })) Assert.True(made.IsSuccessStatusCode);
        const string Db = """ "user":"alice","application":"db" """;
        foreach (var (condition, allowed, denied) in ((string, string, string)[])
            [
                ("context.tunnel.host == \"db.internal\" && context.tunnel.port == 5432 && context.tunnel.protocol == \"tcp\"", "", """ "tunnel":{"port":5433} """),
                ("context.tunnel.host == \"2001:db8::5\" && context.tunnel.port == 22", """ "tunnel":{"host":"2001:db8::5"} """, ""),
                ("context.tunnel has login && context.tunnel.login == \"root\"", """ "tunnel":{"login":"root"} """, """ "tunnel":{"login":"alice"} """),
            ])
        {
            await PutAsync(host, $"permit (principal, action == Action::\"tunnel\", resource == Application::\"db\") when {{ context has tunnel && {condition} }};");
            Assert.Equal((condition, "allow"), (condition, (await AskAsync(host, Db, allowed)).GetProperty("decision").GetString()));
            Assert.Equal((condition, "deny"), (condition, (await AskAsync(host, Db, denied)).GetProperty("decision").GetString()));
        }

        await PutAsync(host, "permit (principal == User::\"alice\", action == Action::\"tunnel\", resource == Application::\"db\");");
        using var who = await host.Local.PostAsJsonAsync("access/who-can", new { application = "db" });
        Assert.Equal("alice", (await who.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items").EnumerateArray().Single().GetProperty("user").GetString());
        using var what = await host.Local.PostAsJsonAsync("access/what-can", new { user = "alice" });
        Assert.Equal("db", (await what.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items").EnumerateArray().Single().GetProperty("application").GetString());
        using var read = await host.Local.PostAsJsonAsync("access/who-can", new { application = "db", action = "read" });
        Assert.Empty((await read.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items").EnumerateArray());
        foreach (var (tunnel, named) in ((object, string)[])[(new { port = 1 }, "db.internal:1"), (new { host = "evil.internal" }, "evil.internal:5432"), (new { host = "2001:db8::5", port = 5432 }, "2001:db8::5:5432")])
        {
            using var nowhere = await host.Local.PostAsJsonAsync("access/can", new { user = "alice", application = "db", tunnel });
            Assert.Equal((HttpStatusCode.NotFound, $"There is no target {named} of db."), (nowhere.StatusCode, (await nowhere.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString()));
        }

        foreach (var login in (string[])["bob", "{user}"])
        {
            using var nobody = await host.Local.PostAsJsonAsync("access/can", new { user = "alice", application = "db", tunnel = new { login } });
            Assert.Equal((HttpStatusCode.NotFound, $"There is no login name {login} of db."), (nobody.StatusCode, (await nobody.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString()));
        }

        using var wrong = await host.Local.PostAsJsonAsync("access/can", new { user = "alice", application = "db", action = "read", tunnel = new { port = 1 } });
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    [Fact]
    public async Task Nobody_a_service_account_and_somebody_still_to_come_can_be_supposed()
    {
        await using var host = await StartAsync("permit (principal, action, resource == Application::\"wiki\");");
        foreach (var (principal, question) in ((string, string)[])
            [
                ("Anonymous::\"anonymous\"", """ "anonymous":true,"application":"wiki" """),
                ("Service::\"ci\"", """ "service":"ci","application":"wiki" """),
                ("User::\"zoe\"", """ "user":"zoe","groups":[],"application":"wiki" """),
            ])
        {
            await PutAsync(host, $"permit (principal == {principal}, action, resource == Application::\"wiki\");");
            Assert.Equal((principal, "allow"), (principal, (await AskAsync(host, question)).GetProperty("decision").GetString()));
            Assert.Equal((principal, "deny"), (principal, (await AskAsync(host, Alice)).GetProperty("decision").GetString()));
        }
    }

    [Fact]
    public async Task The_answer_shows_what_was_supposed_and_every_clause_with_what_became_of_it()
    {
        await using var host = await StartAsync("permit (principal, action, resource == Application::\"wiki\") when { context.session.mfa } unless { context.time.hour < 6 };");

        var answer = await AskAsync(host, Alice, """ "hour":5 """);

        var considered = Assert.Single(answer.GetProperty("considered").EnumerateArray());
        Assert.Equal(("p", "permit", false), (considered.GetProperty("name").GetString(), considered.GetProperty("effect").GetString(), considered.GetProperty("decided").GetBoolean()));
        Assert.Equal(["when { context.session.mfa } holds", "unless { context.time.hour < 6 } fails"],
            considered.GetProperty("clauses").EnumerateArray().Select(static clause => $"{clause.GetProperty("text")} {clause.GetProperty("outcome")}"));
        Assert.Contains(answer.GetProperty("evidence").EnumerateArray(), static fact => fact.GetProperty("fact").GetString() == "time.local" && fact.GetProperty("value").GetString()!.EndsWith("hour 5", StringComparison.Ordinal));
        Assert.NotEqual(0, answer.GetProperty("remedies").GetArrayLength());
        Assert.True((await AskAsync(host, Alice, """ "hour":7 """)).GetProperty("considered")[0].GetProperty("decided").GetBoolean());
    }

    [Fact]
    public async Task What_cannot_be_asked_is_refused()
    {
        await using var host = await StartAsync("permit (principal, action, resource);");
        foreach (var (question, status) in ((string, HttpStatusCode)[])
            [
                (""" "application":"wiki" """, HttpStatusCode.BadRequest),
                (""" "user":"alice","application":"wiki","signInAge":"long" """, HttpStatusCode.BadRequest),
                (""" "user":"alice","application":"wiki","at":"2030-01-31T22:15+01:00","hour":3 """, HttpStatusCode.BadRequest),
                (""" "user":"alice","application":"wiki","network":"nowhere" """, HttpStatusCode.NotFound),
                (""" "user":"alice","application":"wiki","mood":"good" """, HttpStatusCode.BadRequest),
            ])
        {
            using var answer = await host.Local.PostAsync("access/can", Body(question));
            Assert.Equal((question, status), (question, answer.StatusCode));
        }
    }

    private static async Task PutAsync(ApiHost host, string cedar)
    {
        using var put = await host.Local.PutAsJsonAsync("policies/p", new { spec = new { cedar } });
        Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync());
    }

    private static async Task<ApiHost> StartAsync(string cedar)
    {
        var host = await ApiHost.StartAsync();
        await host.Control.AddUserAsync("alice");
        object[] documents =
        [
            new { kind = "Group", name = "staff", spec = new { members = new[] { "alice" } } },
            new { kind = "Network", name = "office", spec = new { ranges = new[] { "192.0.2.0/24" } } },
            new { kind = "Application", name = "wiki", spec = new { hosts = new[] { "wiki.door.test" }, upstream = "http://127.0.0.1:9000" } },
            new { kind = "Policy", name = "p", spec = new { cedar } },
        ];
        using var applied = await host.Local.PostAsJsonAsync("apply", new { documents });
        Assert.True(applied.IsSuccessStatusCode, await applied.Content.ReadAsStringAsync());
        return host;
    }

    private static async Task<JsonElement> AskAsync(ApiHost host, params string[] fields)
    {
        using var response = await host.Local.PostAsync("access/can", Body(fields));
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static JsonContent Body(params string[] fields) =>
        JsonContent.Create(JsonNode.Parse($"{{{string.Join(',', fields.Where(static field => field.Trim().Length > 0))}}}"));
}
