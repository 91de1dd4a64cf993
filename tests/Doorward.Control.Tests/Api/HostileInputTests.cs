using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Doorward.Control.Tests.Api;

/// <summary>Every text that the API takes, given as nobody means it: refused in words or kept as it is, and nothing half done.</summary>
public sealed class HostileInputTests
{
    private const string Policy = """{"cedar":"forbid (principal, action, resource == Application::\"none\");"}""";

    // What is called, with {x} where the text stands.
    private static readonly (string Method, string Path, string? Body)[] Fields =
    [
        ("POST", "users", """{"name":{x},"spec":{}}"""),
        ("PUT", "users/bob", """{"spec":{"displayName":{x}}}"""),
        ("PUT", "users/bob", """{"spec":{"email":{x}}}"""),
        ("PUT", "users/bob", """{"spec":{"timeZone":{x}}}"""),
        ("PUT", "users/bob", """{"spec":{},"reason":{x}}"""),
        ("POST", "groups", """{"name":{x},"spec":{}}"""),
        ("PUT", "groups/staff", """{"spec":{"members":[{x}]}}"""),
        ("PUT", "groups/staff", """{"spec":{"groups":[{x}]}}"""),
        ("POST", "applications", """{"name":{x},"spec":{"hosts":["a.doorward.localhost"],"upstream":"http://127.0.0.1:9"}}"""),
        ("PUT", "applications/wiki", """{"spec":{"hosts":[{x}],"upstream":"http://127.0.0.1:9"}}"""),
        ("PUT", "applications/wiki", """{"spec":{"hosts":["wiki.doorward.localhost"],"upstream":{x}}}"""),
        ("PUT", "applications/wiki", """{"spec":{"hosts":["wiki.doorward.localhost"],"connector":{x}}}"""),
        ("PUT", "applications/wiki", """{"spec":{"hosts":["wiki.doorward.localhost"],"upstream":"http://127.0.0.1:9","labels":{"team":{x}}}}"""),
        ("PUT", "applications/wiki", """{"spec":{"hosts":["wiki.doorward.localhost"],"upstream":"http://127.0.0.1:9","labels":{{x}:"red"}}}"""),
        ("PUT", "applications/wiki", """{"spec":{"hosts":["wiki.doorward.localhost"],"upstream":"http://127.0.0.1:9","maxSignInAge":{x}}}"""),
        ("PUT", "applications/wiki", """{"spec":{"hosts":["wiki.doorward.localhost"],"upstream":"http://127.0.0.1:9","origins":[{x}]}}"""),
        ("PUT", "applications/wiki", """{"spec":{"hosts":["wiki.doorward.localhost"],"upstream":"http://127.0.0.1:9","upgrades":[{x}]}}"""),
        ("PUT", "applications/wiki", """{"spec":{"hosts":["wiki.doorward.localhost"],"upstream":"http://127.0.0.1:9","cors":{"origins":[{x}]}}}"""),
        ("PUT", "applications/wiki", """{"spec":{"hosts":["wiki.doorward.localhost"],"upstream":"http://127.0.0.1:9","healthCheck":{"path":{x}}}}"""),
        ("PUT", "applications/wiki", """{"spec":{"hosts":["wiki.doorward.localhost"],"upstream":"http://127.0.0.1:9","tls":{"serverName":{x}}}}"""),
        ("PUT", "applications/wiki", """{"spec":{"hosts":["wiki.doorward.localhost"],"upstream":"http://127.0.0.1:9","tls":{"ca":{x}}}}"""),
        ("PUT", "applications/wiki", """{"spec":{"hosts":["wiki.doorward.localhost"],"upstream":"http://127.0.0.1:9","{x}":1}}"""),
        ("POST", "applications/test", """{"upstream":{x}}"""),
        ("POST", "policies", """{"name":{x},"spec":""" + Policy + "}"),
        ("PUT", "policies/p", """{"spec":{"cedar":{x}}}"""),
        ("PUT", "policies/p", """{"spec":{"cedar":"forbid (principal, action, resource == Application::\"none\");","tests":[{"name":{x},"user":"bob","application":"wiki","expect":"deny"}]}}"""),
        ("POST", "policies/p/rollback", """{"version":1,"reason":{x}}"""),
        ("POST", "policies/assist", """{"cedar":{x}}"""),
        ("POST", "policies/check", """{"documents":[{"kind":"Policy","name":"p","spec":{"cedar":{x}}}]}"""),
        ("POST", "apply", """{"documents":[{"kind":{x},"name":"p","spec":{}}]}"""),
        ("POST", "access/can", """{"user":{x},"application":"wiki"}"""),
        ("POST", "access/can", """{"user":"bob","application":{x}}"""),
        ("POST", "access/can", """{"user":"bob","application":"wiki","ip":{x}}"""),
        ("POST", "access/can", """{"user":"bob","application":"wiki","path":{x}}"""),
        ("POST", "access/who-can", """{"application":{x}}"""),
        ("POST", "access/what-can", """{"user":{x}}"""),
        ("POST", "tokens", """{"user":"bob","applications":["wiki"],"name":{x}}"""),
        ("POST", "tokens", """{"user":"bob","applications":[{x}]}"""),
        ("POST", "sessions/revoke", """{"user":"bob","reason":{x}}"""),
        ("POST", "sessions/revoke", """{"user":{x}}"""),
        ("POST", "grants/cut", """{"user":"bob","reason":{x}}"""),
        ("GET", "people?search={q}", null), ("GET", "applications?search={q}", null), ("GET", "groups?search={q}", null), ("GET", "published-policies?search={q}", null),
        ("GET", "sessions?search={q}", null), ("GET", "upstreams?application={q}", null), ("GET", "decisions?user={q}", null), ("GET", "decisions?application={q}", null),
        ("GET", "decisions?cause={q}", null), ("GET", "decisions?session={q}", null), ("GET", "decisions/{q}/explanation", null), ("GET", "audit/records?actor={q}", null),
        ("GET", "users/{q}", null), ("DELETE", "users/{q}", null), ("DELETE", "policies/none?reason={q}", null), ("POST", "users/{q}/invitation", "{}"),
    ];

    private static readonly (string What, string Text, bool MayBeKept)[] Texts =
    [
        ("a megabyte", new string('a', 1 << 20), false),
        ("markup", "<img src=x onerror=alert(1)>", true),
        ("an override", "evil\u202Egnp.exe", false),
        ("a null", "a\u0000b", false),
        ("a line break", "a\r\nb", true),
        ("half a character", "a\uD800b", false),
    ];

    [Fact]
    public async Task No_text_makes_a_call_fail_and_what_is_refused_changes_nothing()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("bob", null);
        await MakeAsync(host, "PUT", "groups/staff", """{"spec":{}}""");
        await MakeAsync(host, "PUT", "applications/wiki", """{"spec":{"hosts":["wiki.doorward.localhost"],"upstream":"http://127.0.0.1:9"}}""");
        await MakeAsync(host, "PUT", "policies/p", $$"""{"spec":{{Policy}}}""");
        var (wrong, before) = (new List<string>(), await StateAsync(host));
        foreach (var (method, path, body) in Fields)
        {
            foreach (var (what, text, mayBeKept) in Texts)
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), path.Replace("{q}", Escape(text.Length > 4000 ? text[..4000] : text), StringComparison.Ordinal));
                if (body is not null) request.Content = new StringContent(body.Replace("\"{x}\"", Json(text), StringComparison.Ordinal).Replace("{x}", Json(text), StringComparison.Ordinal), null, "application/json");
                using var answer = await host.Local.SendAsync(request);
                var said = await answer.Content.ReadAsStringAsync();
                var after = method == "GET" ? before : await StateAsync(host);
                var (status, where) = ((int)answer.StatusCode, $"{method} {path} {body} with {what}: {(int)answer.StatusCode} {said[..Math.Min(said.Length, 200)]}");
                var isNoAddress = status == 400 && said.Length == 0 && path.Contains("/{q}", StringComparison.Ordinal); // refused before there is a call
                if (status >= 500 || said.Length > 100_000) wrong.Add(where);
                else if (status >= 400 && !isNoAddress && (answer.Content.Headers.ContentType?.MediaType != "application/problem+json" || said.Contains('\u202E', StringComparison.Ordinal))) wrong.Add("not plain: " + where);
                else if (status >= 400 && after != before) wrong.Add("half done: " + where);
                else if (status < 400 && !mayBeKept && after != before) wrong.Add("kept: " + where);
                before = after;
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static async Task MakeAsync(ApiHost host, string method, string path, string body)
    {
        using var made = await host.Local.SendAsync(new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent(body, null, "application/json") });
        Assert.True(made.StatusCode == HttpStatusCode.OK, await made.Content.ReadAsStringAsync());
    }

    // A log of changes grows by one with every change that is kept.
    private static async Task<string> StateAsync(ApiHost host)
    {
        await using var db = host.Control.Open();
        return $"{db.Counters.Single().Revision} {db.Tokens.Count()} {db.Invitations.Count()}";
    }

    private static string Json(string text) => text.Contains('\uD800', StringComparison.Ordinal) ? "\"a\\ud800b\"" : JsonSerializer.Serialize(text);

    private static string Escape(string text) => text.Contains('\uD800', StringComparison.Ordinal) ? "a%ED%A0%80b" : Uri.EscapeDataString(text);
}
