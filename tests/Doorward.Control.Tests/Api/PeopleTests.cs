using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Storage;
using Doorward.Testing;

namespace Doorward.Control.Tests.Api;

public sealed class PeopleTests
{
    [Fact]
    public async Task People_are_found_by_letters_of_name_address_and_display_name_page_by_page()
    {
        await using var host = await ApiHost.StartAsync();
        await AddAsync(host, [User("anna", "anna@example.com"), User("Bert", "x@anna.example"), User("cora", null, "An_na %"), User("dora"), User("eve", disabled: true)]);
        Assert.Equal(["anna", "Bert"], await NamesAsync(host, "people?search=ANNA"));
        Assert.Equal(["cora"], await NamesAsync(host, "people?search=n_na%20%25"));
        Assert.Empty(await NamesAsync(host, "people?search=_____"));
        Assert.Equal(["eve"], await NamesAsync(host, "people?disabled=true"));
        var first = await PageAsync(host, "people?limit=2");
        Assert.Equal(["anna", "Bert"], Names(first));
        Assert.Equal(["cora", "dora"], await NamesAsync(host, $"people?limit=2&cursor={first.GetProperty("next").GetString()}"));
        Assert.Equal(["Bert", "anna"], await NamesAsync(host, "users?search=anna"));
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Local.GetAsync($"people?search={new string('x', 65)}")).StatusCode);
    }

    [Fact]
    public async Task One_of_a_hundred_thousand_is_found_within_half_a_second()
    {
        await using var host = await ApiHost.StartAsync();
        await using (var db = host.Control.Open())
        {
            db.ChangeTracker.AutoDetectChangesEnabled = false;
            db.Users.AddRange(Enumerable.Range(0, 100_000).Select(static i => User($"person{i:D6}", $"p{i}@example.com")));
            await db.SaveChangesAsync();
        }

        await NamesAsync(host, "people?limit=1");
        var promised = TimeSpan.FromMilliseconds(500);
        await using var lateness = new Lateness();
        foreach (var path in new[] { "people?limit=50", "people?limit=50&search=99999", "people?limit=50&search=nobody-like-it", "people?limit=50&search=p99999%40example" })
        {
            // The best of some: other work on the machine says nothing of the list.
            var best = TimeSpan.MaxValue;
            for (var i = 0; i < 5 || (i < 60 && best >= promised); i++)
            {
                var begun = Stopwatch.GetTimestamp();
                await NamesAsync(host, path);
                var took = Stopwatch.GetElapsedTime(begun);
                best = took < best ? took : best;
            }

            TestContext.Current.TestOutputHelper?.WriteLine($"{path}: {best.TotalMilliseconds:0} ms");
            Assert.True(lateness.Excuses(best, promised), $"{path} took {best.TotalMilliseconds:0} ms");
        }
    }

    [Fact]
    public async Task An_account_tells_its_groups_factors_and_reach_and_no_secret()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("bob", null);
        await host.AddAsync("eve", null);
        await PutAsync(host, "groups/inner", new { members = new[] { "bob" } });
        await PutAsync(host, "groups/outer", new { groups = new[] { "inner" } });
        await PutAsync(host, "applications/wiki", new { hosts = new[] { "wiki.doorward.localhost" }, upstream = "http://127.0.0.1:9" });
        await PutAsync(host, "policies/wiki-for-outer", new { cedar = """permit (principal in Group::"outer", action, resource == Application::"wiki") when { context.session.assurance >= 2 };""" });
        var text = await host.Local.GetStringAsync("people/bob");
        var bob = JsonDocument.Parse(text).RootElement;
        Assert.Equal(["inner"], bob.GetProperty("direct").EnumerateArray().Select(static each => each.GetString()));
        Assert.Equal(["inner", "outer"], bob.GetProperty("groups").EnumerateArray().Select(static each => each.GetString()));
        Assert.DoesNotContain("hash", text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("""[{"application":"wiki","policies":["wiki-for-outer"]}]""", await ReachAsync(host, new { user = "bob" }));
        Assert.Equal("[]", await ReachAsync(host, new { user = "eve" }));
        Assert.Equal("[]", await ReachAsync(host, new { user = "bob", assurance = 1 }));
        await PutAsync(host, "users/bob", new { disabled = true });
        Assert.Equal("[]", await ReachAsync(host, new { user = "bob" }));
        Assert.Equal(HttpStatusCode.NotFound, (await host.Local.PostAsJsonAsync("access/what-can", new { user = "nobody" })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Local.GetAsync("people/nobody")).StatusCode);
    }

    [Fact]
    public async Task Who_can_and_what_can_come_page_by_page_and_a_brief_list_counts_what_it_leaves_out()
    {
        await using var host = await ApiHost.StartAsync();
        await AddAsync(host, Enumerable.Range(0, 25).Select(static i => User($"u{i:D2}", disabled: i == 3)));
        await PutAsync(host, "groups/staff", new { members = Enumerable.Range(0, 25).Select(static i => $"u{i:D2}") });
        foreach (var name in new[] { "wiki-1", "wiki-2", "wiki-3" })
            await PutAsync(host, $"applications/{name}", new { hosts = new[] { $"{name}.doorward.localhost" }, upstream = "http://127.0.0.1:9" });
        await PutAsync(host, "policies/for-staff", new { cedar = """permit (principal in Group::"staff", action, resource) when { resource.name like "wiki-*" };""" });

        Assert.Equal(Enumerable.Range(0, 25).Where(static i => i != 3).Select(static i => $"u{i:D2}"), await AllAsync("access/who-can", "application", "wiki-1", "user", 10));
        Assert.Equal(["wiki-1", "wiki-2", "wiki-3"], await AllAsync("access/what-can", "user", "u00", "application", 2));
        Assert.Empty(await AllAsync("access/what-can", "user", "u03", "application", 2));

        var staff = (await PageAsync(host, "groups?search=staff&brief=true")).GetProperty("items")[0];
        Assert.Equal((10, 25), (staff.GetProperty("spec").GetProperty("members").GetArrayLength(), staff.GetProperty("counts").GetProperty("members").GetInt32()));
        Assert.Equal(25, (await PageAsync(host, "groups?search=staff")).GetProperty("items")[0].GetProperty("spec").GetProperty("members").GetArrayLength());

        async Task<List<string>> AllAsync(string path, string field, string value, string member, int limit)
        {
            var (found, cursor) = (new List<string>(), (string?)null);
            do
            {
                var question = new Dictionary<string, object?> { [field] = value, ["limit"] = limit, ["cursor"] = cursor };
                using var answer = await host.Local.PostAsJsonAsync(path, question);
                var page = await answer.Content.ReadFromJsonAsync<JsonElement>();
                var items = page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty(member).GetString()!).ToList();
                Assert.True(items.Count <= limit);
                found.AddRange(items);
                cursor = page.TryGetProperty("next", out var next) ? next.GetString() : null;
            }
            while (cursor is not null);
            return found;
        }
    }

    [Fact]
    public async Task When_somebody_last_signed_in_is_told_of_those_who_did()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("root", "administrators");
        using var bob = await host.PersonAsync("bob", "auditors");

        var people = (await PageAsync(host, "people")).GetProperty("items").EnumerateArray().ToDictionary(static person => person.GetProperty("name").GetString()!, SignedIn, StringComparer.Ordinal);

        Assert.NotNull(people["bob"]);
        Assert.Null(people["root"]);

        static DateTimeOffset? SignedIn(JsonElement person) =>
            person.TryGetProperty("lastSignIn", out var at) && at.ValueKind == JsonValueKind.String ? at.GetDateTimeOffset() : null;
    }

    [Fact]
    public async Task A_reset_of_factors_tells_its_reason_to_the_person_and_the_log()
    {
        await using var host = await ApiHost.StartAsync();
        await host.AddAsync("root", "administrators");
        using var bob = await host.PersonAsync("bob", "auditors");
        using var reset = await host.Local.DeleteAsync("users/bob/credentials?reason=lost%20phone");
        Assert.Equal(HttpStatusCode.NoContent, reset.StatusCode);
        Assert.Contains("lost phone", await host.Local.GetStringAsync("sessions?ended=true&user=bob"), StringComparison.Ordinal);
        Assert.Contains((await host.AuditAsync()).Select(static line => line.ToString()), static line =>
            line.Contains("user.credentials.remove", StringComparison.Ordinal) && line.Contains("lost phone", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Local.DeleteAsync("users/bob/credentials?reason=a%0Ab")).StatusCode);
    }

    [Fact]
    public async Task Resources_are_found_by_name_and_applications_by_what_they_say()
    {
        await using var host = await ApiHost.StartAsync();
        await PutAsync(host, "applications/wiki", new { hosts = new[] { "docs.doorward.localhost" }, upstream = "http://127.0.0.1:9", labels = new { team = "red" } });
        foreach (var text in new[] { "WIK", "docs.door", "127.0.0.1", "red" })
            Assert.Equal(["wiki"], (await NamesAsync(host, $"applications?search={text}")).Where(static name => name == "wiki"));
        Assert.Empty(await NamesAsync(host, "applications?search=blue"));
        Assert.Equal(["administrators"], await NamesAsync(host, "groups?search=ADMIN"));
        Assert.NotEmpty(await NamesAsync(host, "policies?search=CONSOLE"));
        Assert.Empty(await NamesAsync(host, "policies?search=nothing-like-it"));
    }

    private static User User(string name, string? email = null, string? shown = null, bool disabled = false) => new()
    {
        UserName = name,
        NormalizedUserName = name.ToUpperInvariant(),
        Email = email,
        NormalizedEmail = email?.ToUpperInvariant(),
        DisplayName = shown,
        Disabled = disabled,
    };

    private static async Task AddAsync(ApiHost host, IEnumerable<User> users)
    {
        await using var db = host.Control.Open();
        db.Users.AddRange(users);
        await db.SaveChangesAsync();
    }

    private static async Task PutAsync(ApiHost host, string path, object spec)
    {
        using var put = await host.Local.PutAsJsonAsync(path, new { spec });
        Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync());
    }

    private static async Task<string> ReachAsync(ApiHost host, object body)
    {
        using var answer = await host.Local.PostAsJsonAsync("access/what-can", body);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("items").GetRawText();
    }

    private static Task<JsonElement> PageAsync(ApiHost host, string path) => host.Local.GetFromJsonAsync<JsonElement>(path);

    private static async Task<string[]> NamesAsync(ApiHost host, string path) => Names(await PageAsync(host, path));

    private static string[] Names(JsonElement page) => [.. page.GetProperty("items").EnumerateArray().Select(static each => each.GetProperty("name").GetString()!)];
}
