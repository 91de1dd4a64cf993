using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Feeds;
using Doorward.Control.Sessions;
using Doorward.Core.Protocol;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Api;

/// <summary>Live access by the API: found by anything, and cut one by one, in a selection or all of somebody's.</summary>
public sealed class GrantCallTests
{
    [Fact]
    public async Task Grants_are_found_by_anything_that_a_row_shows()
    {
        await using var ground = await GrantGround.StartAsync();
        foreach (var (query, expected) in new[]
        {
            ("", "grn_a grn_b grn_r"),
            ("?user=bob", "grn_a grn_b"),
            ("?user=bo", ""),
            ("?application=wiki", "grn_a grn_r"),
            ("?session=ses_b", "grn_b"),
            ("?gateway=edge-1", "grn_a grn_b grn_r"),
            ("?gateway=edge-9", ""),
            ("?search=OO", "grn_r"),
            ("?search=%2Fmedia", "grn_b"),
            ("?search=websocket", "grn_a"),
            ("?search=198.51", "grn_b"),
            ("?search=ses_b", "grn_b"),
            ("?search=%25", ""),
            ("?search=wiki&user=bob", "grn_a"),
        })
        {
            var found = (await ground.Host.Local.GetFromJsonAsync<JsonElement>("grants" + query)).GetProperty("items").EnumerateArray().Select(static item => item.GetProperty("id").GetString());
            Assert.Equal((query, expected), (query, string.Join(' ', found)));
        }
    }

    [Fact]
    public async Task A_selection_is_cut_and_each_of_it_says_which_gateway_did_in_how_many_milliseconds_or_that_it_was_over()
    {
        await using var ground = await GrantGround.StartAsync();
        var answer = await ground.CutAsync(new { ids = new[] { "grn_a", "grn_b", "grn_gone" }, reason = "too much" });
        Assert.Equal((2, 0), (answer.GetProperty("cut").GetInt32(), answer.GetProperty("unconfirmed").GetInt32()));
        Assert.Equal(["grn_gone"], answer.GetProperty("over").EnumerateArray().Select(static id => id.GetString()));
        Assert.Equal(["grn_a", "grn_b"], answer.GetProperty("grants").EnumerateArray().Select(static cut => cut.GetProperty("id").GetString()));
        Assert.All(answer.GetProperty("grants").EnumerateArray(), static cut => Assert.True(cut.GetProperty("gateway").GetString() == "edge-1" && cut.GetProperty("milliseconds").GetDouble() > 0));
        Assert.Equal(["grn_a", "grn_b"], ground.Cut.Order(StringComparer.Ordinal));
        var record = (await ground.Host.AuditAsync()).Select(static line => line.ToString()).Last(static line => line.Contains("grant.cut", StringComparison.Ordinal));
        Assert.True(record.Contains("too much", StringComparison.Ordinal) && record.Contains("grn_b", StringComparison.Ordinal), record);
    }

    [Fact]
    public async Task Whoever_may_not_cut_one_of_a_selection_cuts_none_of_it()
    {
        await using var ground = await GrantGround.StartAsync();
        using var helpdesk = await ground.Host.PersonAsync("holly", "helpdesk");
        using var refused = await helpdesk.PostAsJsonAsync("grants/cut", new { ids = new[] { "grn_a", "grn_r" } });
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("root", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(ground.Cut);
        using var allowed = await helpdesk.PostAsJsonAsync("grants/cut", new { ids = new[] { "grn_a" } });
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal(["grn_a"], ground.Cut);
    }

    [Fact]
    public async Task What_is_nobodys_known_is_cut_by_whoever_may_cut_for_all_and_by_nobody_else_in_a_selection_either()
    {
        await using var ground = await GrantGround.StartAsync();
        ground.Report(GrantGround.Grant("grn_nobody", "", "", "wiki", "192.0.2.3"));
        ground.Report(GrantGround.Grant("grn_deleted", "ses_d", "usr_deleted", "wiki", "192.0.2.4"));
        using var helpdesk = await ground.Host.PersonAsync("holly", "helpdesk");
        string[][] selections = [["grn_nobody"], ["grn_a", "grn_nobody"], ["grn_a", "grn_deleted"], ["grn_gone", "grn_nobody"]];
        foreach (var ids in selections)
        {
            using var refused = await helpdesk.PostAsJsonAsync("grants/cut", new { ids });
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }

        Assert.Empty(ground.Cut);
        Assert.Equal(2, (await ground.CutAsync(new { ids = new[] { "grn_a", "grn_nobody" } })).GetProperty("cut").GetInt32());
    }

    [Fact]
    public async Task A_grant_that_is_over_is_said_to_be_over_to_whoever_may_cut_and_to_nobody_else()
    {
        await using var ground = await GrantGround.StartAsync();
        using var helpdesk = await ground.Host.PersonAsync("holly", "helpdesk");
        using var auditor = await ground.Host.PersonAsync("ulla", "auditors");
        Assert.Equal(HttpStatusCode.NotFound, (await helpdesk.PostAsJsonAsync("grants/cut", new { id = "grn_gone" })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await auditor.PostAsJsonAsync("grants/cut", new { id = "grn_gone" })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await auditor.PostAsJsonAsync("grants/cut", new { ids = new[] { "grn_gone" } })).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await ground.Host.Local.PostAsJsonAsync("grants/cut", new { id = "grn_a", connection = "con_gone" })).StatusCode);
        Assert.Empty(ground.Cut);
    }

    [Fact]
    public async Task The_record_of_a_cut_says_whose_access_it_took_by_which_filter_and_in_which_sessions()
    {
        await using var ground = await GrantGround.StartAsync();
        await ground.CutAsync(new { id = "grn_a", connection = "con_1" });
        var one = await LastAsync("ses_a");
        Assert.Equal(("grn_a", "con_1", "bob"), (one.Target, one.Details["connection"], one.Details["user1"]));
        await ground.CutAsync(new { application = "wiki" });
        var many = await LastAsync("ses_r");
        Assert.Equal(("wiki", "wiki", "2"), (many.Target, many.Details["application"], many.Details["people"]));
        Assert.Equal(["bob", "root"], new[] { many.Details["user1"], many.Details["user2"] }.Order(StringComparer.Ordinal));

        // Erasable: the log itself holds hashes of the names.
        var stored = string.Concat(Directory.EnumerateFiles(Path.Combine(ground.Host.Control.Data.Audit, "tile", "entries"), "*", SearchOption.AllDirectories).Select(File.ReadAllText));
        Assert.Contains("\"details.user2\"", stored, StringComparison.Ordinal);

        async Task<(string? Target, Dictionary<string, string?> Details)> LastAsync(string session)
        {
            var record = (await ground.Host.Local.GetFromJsonAsync<JsonElement>($"audit/records?action=grant.cut&session={session}")).GetProperty("items")[0];
            return (record.GetProperty("target").GetString(), record.GetProperty("details").EnumerateObject().ToDictionary(static d => d.Name, static d => d.Value.GetString()));
        }
    }

    [Fact]
    public async Task What_does_not_say_which_grants_cuts_none()
    {
        await using var ground = await GrantGround.StartAsync();
        string[] unclear = ["{}", """{"ids":[]}""", """{"ids":[""]}""", """{"ids":["grn_a"],"user":"bob"}""", $$"""{"ids":[{{string.Join(',', Enumerable.Range(0, 201).Select(static i => $"\"g{i}\""))}}]}"""];
        foreach (var body in unclear)
        {
            using var refused = await ground.Host.Local.PostAsync("grants/cut", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        Assert.Empty(ground.Cut);
    }

    [Fact]
    public async Task Whose_they_all_are_is_looked_up_in_one_reading_of_the_groups()
    {
        await using var ground = await GrantGround.StartAsync();
        using var reads = new GroupReads(ground.Host.Control.Data.Database);
        await ground.CutAsync(new { ids = new[] { "grn_a", "grn_r" } });
        Assert.Equal(1, reads.Count);
        using var ended = await ground.Host.Local.PostAsJsonAsync("sessions/revoke", new { ids = await ground.SessionsAsync("bob", "root") });
        Assert.Equal((HttpStatusCode.OK, 2), (ended.StatusCode, reads.Count));
    }

    [Fact]
    public async Task All_of_a_persons_many_grants_are_cut_without_overrunning_their_gateway()
    {
        const int Many = 3_000;
        await using var ground = await GrantGround.StartAsync(Many);
        var answer = await ground.CutAsync(new { user = "bob" });
        Assert.Equal((Many + 2, 0), (answer.GetProperty("cut").GetInt32(), answer.GetProperty("unconfirmed").GetInt32()));
        Assert.Equal(500, answer.GetProperty("grants").GetArrayLength());
        Assert.Equal(Many + 2, ground.Cut.Count);
        Assert.DoesNotContain("grn_r", ground.Cut);
    }

    [Fact]
    public async Task A_gateway_that_is_slow_to_answer_is_told_of_every_cut_and_one_that_is_away_is_said_not_to_be()
    {
        const int Many = 2_000;
        await using var ground = await GrantGround.StartAsync(Many);
        ground.Report(GrantGround.Grant("grn_away", "ses_a", ground.Bob, "shop", "192.0.2.1"), "edge-9");
        ground.Answers = false;
        var answer = await ground.CutAsync(new { user = "bob" });
        Assert.Equal((0, Many + 2, 1), (answer.GetProperty("cut").GetInt32(), answer.GetProperty("unconfirmed").GetInt32(), answer.GetProperty("unsent").GetInt32()));

        // All is on its way, in one stream that was not ended for it.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (ground.Cut.Count < Many + 2) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
        Assert.False(ground.IsOver);
    }

    /// <summary>Three grants of two people at one gateway, which does what it is told.</summary>
    private sealed class GrantGround : IAsyncDisposable
    {
        private readonly TestGateway _gateway;
        private readonly TestFeed _feed;
        private readonly Task _cutting;

        private GrantGround(ApiHost host, TestGateway gateway, TestFeed feed)
        {
            (Host, _gateway, _feed) = (host, gateway, feed);
            _cutting = ServeAsync();
        }

        public ApiHost Host { get; }

        public string Bob { get; private init; } = "";

        public List<string> Cut { get; } = [];

        /// <summary>Whether the gateway says what it did.</summary>
        public bool Answers { get; set; } = true;

        public bool IsOver => _cutting.IsCompleted;

        public static async Task<GrantGround> StartAsync(int more = 0)
        {
            var host = await ApiHost.StartAsync();
            var root = await host.AddAsync("root", "administrators");
            var bob = await host.AddAsync("bob", null);
            var gateway = await host.Control.JoinAsync("edge-1");
            var feed = await gateway.FollowAsync();
            var report = new GrantReport { Complete = true };
            report.Grants.Add(Grant("grn_a", "ses_a", bob.Id, "wiki", "192.0.2.1"));
            report.Grants[0].Connections.Add(new ConnectionState { Id = "con_1", Kind = "websocket", Method = "GET", Path = "/live", Address = "192.0.2.1" });
            report.Grants.Add(Grant("grn_b", "ses_b", bob.Id, "shop", "198.51.100.7"));
            report.Grants[1].Connections.Add(new ConnectionState { Id = "con_2", Kind = "request", Method = "GET", Path = "/media/film", Address = "198.51.100.7" });
            report.Grants.Add(Grant("grn_r", "ses_r", root.Id, "wiki", "192.0.2.9"));
            report.Grants.AddRange(Enumerable.Range(0, more).Select(i => Grant($"grn_many_{i:D5}", "ses_a", bob.Id, "shop", "192.0.2.1")));
            await feed.SendAsync(new GatewayMessage { Grants = report });
            await feed.SendAsync(new GatewayMessage { Ping = new Ping() });
            await feed.ReadAsync(ControlMessage.KindOneofCase.Pong);
            return new GrantGround(host, gateway, feed) { Bob = bob.Id };
        }

        public static GrantState Grant(string id, string session, string subject, string application, string address) =>
            new() { Id = id, SessionId = session, SubjectId = subject, Application = application, Address = address };

        /// <summary>One more at this gateway, or at another that is away.</summary>
        public void Report(GrantState grant, string gateway = "edge-1") =>
            Host.Control.Services.GetRequiredService<LiveGrants>().Report(gateway, new GrantReport { Grants = { grant } });

        public async Task<JsonElement> CutAsync(object body)
        {
            using var answer = await Host.Local.PostAsJsonAsync("grants/cut", body);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
            return await answer.Content.ReadFromJsonAsync<JsonElement>();
        }

        /// <summary>A live session of each.</summary>
        public async Task<IReadOnlyList<string>> SessionsAsync(params IReadOnlyList<string> names)
        {
            var begun = new List<string>();
            await using var db = Host.Control.Open();
            foreach (var user in db.Users.Where(user => names.Contains(user.UserName)).ToList())
                begun.Add((await Host.Control.Sessions.StartAsync(new SignIn { UserId = user.Id, Assurance = 2, Methods = ["pwd"], SecurityEpoch = user.SecurityEpoch }, CancellationToken.None))!.Session.Id);
            return begun;
        }

        public async ValueTask DisposeAsync()
        {
            _feed.Dispose();
            await _cutting.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            _gateway.Dispose();
            await Host.DisposeAsync();
        }

        private async Task ServeAsync()
        {
            while (true)
            {
                var asked = (await _feed.ReadAsync(ControlMessage.KindOneofCase.GrantCut)).GrantCut;
                Cut.Add(asked.GrantId);
                if (!Answers) continue;
                await _feed.SendAsync(new GatewayMessage { Cuts = new Cuts { Cuts_ = { new CutRecord { GrantId = asked.GrantId, RequestId = asked.RequestId } } } });
            }
        }
    }
}
