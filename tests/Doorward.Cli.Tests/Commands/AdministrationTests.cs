namespace Doorward.Cli.Tests.Commands;

public class AdministrationTests
{
    [Fact]
    public async Task Apply_sends_all_documents_at_once_and_shows_what_changed()
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers("POST /apply?dryRun=false&prune=false", 200,
            """{"changes":[{"kind":"Group","name":"staff","change":"created"}],"warnings":[{"kind":"Policy","name":"p","message":"It depends on evidence.","fix":"Ask first."}],"revision":7}""");
        var file = FileWith(peer, "kind: Group\nname: staff\nmembers: [alice]\n---\nkind: User\nname: alice\n");

        var said = await peer.RunAsync("apply", "-f", file);

        Assert.Equal(new Said(0, "CHANGE   KIND   NAME\ncreated  Group  staff\n", "warning: Policy p: It depends on evidence. Ask first.\n"), said);
        Assert.Equal(
            $$"""POST /apply?dryRun=false&prune=false {"documents":[{"kind":"Group","name":"staff","spec":{"members":["alice"]},"source":"{{file}}:1:1"},{"kind":"User","name":"alice","spec":{},"source":"{{file}}:5:1"}]}""",
            Assert.Single(peer.Asked));
    }

    [Fact]
    public async Task A_refused_apply_names_file_line_and_fix_of_every_fault()
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers("POST /apply?dryRun=true&prune=true", 422,
            """{"title":"Not applied.","errors":[{"field":"documents[0].spec.hosts[1]","message":"host b.test is taken by wiki.","fix":"use another host"},{"kind":"Group","name":"staff","message":"policy p names it","fix":"keep it in the documents"}]}""");
        var file = FileWith(peer, "kind: Application\nname: w\nhosts:\n  - a.test\n  - b.test\n");

        var said = await peer.RunAsync("apply", "-f", file, "--dry-run", "--prune");

        Assert.Equal(new Said(1, "", $"doorward: {file}:5:5: hosts[1]: host b.test is taken by wiki; use another host\ndoorward: Group staff: policy p names it; keep it in the documents\n"), said);
    }

    [Theory]
    [InlineData(20, 20, null)]
    [InlineData(21, 21, "and 1 more")]
    [InlineData(500, 21, "and 480 more")]
    public async Task Many_faults_are_shown_up_to_a_bound(int faults, int lines, string? last)
    {
        var errors = string.Join(',', Enumerable.Range(0, faults).Select(number => $$"""{"message":"fault {{number}}"}"""));
        await using var peer = (await AdministrationPeer.StartAsync()).Answers("POST /apply?dryRun=false&prune=false", 422, $$"""{"title":"Not applied.","errors":[{{errors}}]}""");

        var said = await peer.RunAsync("apply", "-f", FileWith(peer, "kind: Group\nname: g\n"));

        var told = said.Error.TrimEnd('\n').Split('\n');
        Assert.Equal(lines, told.Length);
        Assert.Equal("doorward: fault 19", told[19]);
        if (last is not null) Assert.Equal(last, told[^1]);
    }

    [Fact]
    public async Task A_warning_of_what_no_file_has_names_it()
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers("POST /apply?dryRun=true&prune=true", 200,
            """{"changes":[],"warnings":[{"kind":"Application","name":"wiki","message":"policy p names it still"}],"revision":7}""");

        var said = await peer.RunAsync("apply", "-f", FileWith(peer, "kind: Group\nname: g\n"), "--dry-run", "--prune");

        Assert.Contains("warning: Application wiki: policy p names it still\n", said.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"items":[]}""", true)]
    [InlineData("""{"items":[{"user":"alice","policies":["p"]}]}""", false)]
    public async Task That_nobody_may_is_said_with_what_to_look_at(string answer, bool isSaid)
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers("POST /access/who-can", 200, answer);

        var said = await peer.RunAsync("policy", "who-can", "wiki");

        Assert.Equal(0, said.Code);
        Assert.Equal(isSaid, said.Error.StartsWith("nobody may use wiki with assurance 2", StringComparison.Ordinal));
        Assert.Equal(isSaid, said.Error.Contains("doorward policy can USER wiki`", StringComparison.Ordinal));
        Assert.Empty((await peer.RunAsync("policy", "who-can", "wiki", "-o", "json")).Error);
    }

    [Fact]
    public async Task One_field_of_an_account_is_changed_on_the_version_that_was_read()
    {
        await using var peer = (await AdministrationPeer.StartAsync())
            .Answers("GET /users/alice", 200, """{"kind":"User","name":"alice","version":7,"spec":{"email":"a@example.org","timeZone":"Etc/UTC","disabled":true}}""")
            .Answers("PUT /users/alice", 200, """{"change":"updated","kind":"User","name":"alice","warnings":[],"revision":9}""")
            .Answers("DELETE /users/alice?reason=left%20us", 200, """{"change":"deleted","kind":"User","name":"alice","warnings":[],"revision":10}""");

        Assert.Equal(new Said(0, "changed alice\n", ""), await peer.RunAsync("user", "set", "alice", "--display-name", "Alice A.", "--email", ""));
        Assert.Equal(new Said(0, "enabled alice\n", ""), await peer.RunAsync("user", "enable", "alice"));
        Assert.Equal(new Said(0, "disabled alice\n", ""), await peer.RunAsync("user", "disable", "alice", "--reason", "on leave"));
        Assert.Equal(2, (await peer.RunAsync("user", "set", "alice")).Code);
        Assert.Equal(0, (await peer.RunAsync("delete", "user", "alice", "--reason", "left us")).Code);
        Assert.Equal(
            [
                """PUT /users/alice {"spec":{"timeZone":"Etc/UTC","disabled":true,"displayName":"Alice A."}} if 7""",
                """PUT /users/alice {"spec":{"email":"a@example.org","timeZone":"Etc/UTC"}} if 7""",
                """PUT /users/alice {"spec":{"email":"a@example.org","timeZone":"Etc/UTC","disabled":true},"reason":"on leave"} if 7""",
            ],
            peer.Asked.Where(static asked => asked.StartsWith("PUT", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Get_follows_the_cursor_to_the_end_of_the_list()
    {
        await using var peer = (await AdministrationPeer.StartAsync())
            .Answers("GET /groups?brief=true", 200, """{"items":[{"kind":"Group","name":"a","version":1,"spec":{"members":["x"]},"counts":{"members":11}}],"next":"a/b"}""")
            .Answers("GET /groups?brief=true&cursor=a%2Fb", 200, """{"items":[{"kind":"Group","name":"b","version":2,"spec":{}}]}""");

        var said = await peer.RunAsync("get", "Group");

        Assert.Equal("NAME  MEMBERS         GROUPS  VERSION\na     x, and 10 more          1\nb                             2\n", said.Out);
    }

    [Fact]
    public async Task Get_as_documents_asks_for_them_whole()
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers("GET /groups", 200, """{"items":[{"kind":"Group","name":"a","version":1,"spec":{"members":["x"]}}]}""");

        Assert.Contains("- x\n", (await peer.RunAsync("get", "Group", "-o", "yaml")).Out, StringComparison.Ordinal);
        Assert.Equal("GET /groups", Assert.Single(peer.Asked));
    }

    [Fact]
    public async Task Get_of_what_is_not_there_fails_with_the_servers_words()
    {
        await using var peer = await AdministrationPeer.StartAsync();

        var said = await peer.RunAsync("get", "user", "no/body");

        Assert.Equal(1, said.Code);
        Assert.Equal("doorward: There is nothing of that name\n", said.Error);
        Assert.Equal("GET /users/no%2Fbody", Assert.Single(peer.Asked));
    }

    [Theory]
    [InlineData("""{"id":"s1","reason":"lost laptop"}""", "s1", "--reason", "lost laptop")]
    [InlineData("""{"user":"alice"}""", "--user", "alice")]
    [InlineData("""{"ids":["s1","s2"],"note":"ticket 1"}""", "s1", "s2", "--note", "ticket 1")]
    [InlineData("""{"all":true}""", "--all")]
    public async Task Revoke_says_exactly_which_sessions(string body, params string[] which)
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers("POST /sessions/revoke", 200, """{"revoked":2,"revision":9}""");

        var said = await peer.RunAsync(["session", "revoke", .. which]);

        Assert.Equal(new Said(0, "REVOKED  REVISION\n2        9\n", ""), said);
        Assert.Equal("POST /sessions/revoke " + body, Assert.Single(peer.Asked));
    }

    [Fact]
    public async Task Revoke_waits_for_the_gateways_when_told_and_says_how_long_each_took_and_what_was_over()
    {
        await using var peer = (await AdministrationPeer.StartAsync())
            .Answers("POST /sessions/revoke", 200, """{"revoked":1,"revision":9,"confirmed":[{"gateway":"edge-1","milliseconds":3.5},{"gateway":"edge-2","milliseconds":null}],"over":["s2"]}""");

        var said = await peer.RunAsync("session", "revoke", "s1", "s2", "--confirm");

        Assert.Equal(new Said(0, "REVOKED  REVISION\n1        9\n\nGATEWAY  MILLISECONDS\nedge-1   3.5\nedge-2\n", "s2 was over already, or never was\n"), said);
        Assert.Equal("""POST /sessions/revoke {"ids":["s1","s2"],"confirm":true}""", Assert.Single(peer.Asked));
    }

    [Theory]
    [InlineData("""{"id":"g1","reason":"busy"}""", "g1", "--reason", "busy")]
    [InlineData("""{"ids":["g1","g2"]}""", "g1", "g2")]
    [InlineData("""{"id":"g1","connection":"c1"}""", "g1", "--connection", "c1")]
    [InlineData("""{"user":"alice","application":"wiki"}""", "--user", "alice", "--application", "wiki")]
    [InlineData("""{"session":"s1"}""", "--session", "s1")]
    public async Task Cut_says_exactly_which_grants_and_tells_each(string body, params string[] which)
    {
        await using var peer = (await AdministrationPeer.StartAsync())
            .Answers("POST /grants/cut", 200, """{"cut":1,"unconfirmed":0,"unsent":0,"over":["g9"],"grants":[{"id":"g1","gateway":"edge-1","milliseconds":2.5}]}""");

        var said = await peer.RunAsync(["grant", "cut", .. which]);

        Assert.Equal(new Said(0, "CUT  UNCONFIRMED  UNSENT\n1    0            0\n\nID  GATEWAY  MILLISECONDS\ng1  edge-1   2.5\n", "g9 was over already, or never was\n"), said);
        Assert.Equal("POST /grants/cut " + body, Assert.Single(peer.Asked));
    }

    [Theory]
    [InlineData("session", "revoke")]
    [InlineData("session", "revoke", "s1", "--all")]
    [InlineData("grant", "cut")]
    [InlineData("grant", "cut", "g1", "g2", "--user", "alice")]
    [InlineData("grant", "cut", "g1", "g2", "--connection", "c1")]
    public async Task What_does_not_say_which_is_wrong_usage(params string[] args)
    {
        await using var peer = await AdministrationPeer.StartAsync();

        Assert.Equal(2, (await peer.RunAsync(args)).Code);
        Assert.Empty(peer.Asked);
    }

    [Theory]
    [InlineData("sessions?user=alice", "session", "list", "--user", "alice")]
    [InlineData("sessions?ended=true&user=alice", "session", "list", "--user", "alice", "--ended")]
    [InlineData("sessions?search=192.0", "session", "list", "--search", "192.0")]
    [InlineData("sessions?assurance=3", "session", "list", "--assurance", "3")]
    [InlineData("grants?user=alice", "grant", "list", "--user", "alice")]
    [InlineData("grants?application=wiki&session=s1&gateway=edge&search=%2Flive", "grant", "list", "--application", "wiki", "--session", "s1", "--gateway", "edge", "--search", "/live")]
    [InlineData("audit/records?limit=50&session=s1", "audit", "list", "--session", "s1")]
    public async Task Lists_are_filtered_by_the_server(string path, params string[] list)
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers($"GET /{path}", 200, """{"items":[{"id":"x1"}]}""");

        var said = await peer.RunAsync([.. list, "-o", "json"]);

        Assert.Equal((0, ""), (said.Code, said.Error));
        Assert.Contains("x1", said.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_is_shown_with_what_it_has_open()
    {
        await using var peer = (await AdministrationPeer.StartAsync())
            .Answers("GET /sessions/s1", 200, """{"session":{"id":"s1","user":"alice"},"evidence":[{"fact":"session.methods","value":"otp","source":"sign-in","age":"3m 2s"}]}""")
            .Answers("GET /grants?session=s1", 200, """{"items":[{"id":"g1","application":"wiki"}]}""");

        var said = await peer.RunAsync("session", "show", "s1");

        Assert.Equal((0, ""), (said.Code, said.Error));
        Assert.Contains("age: 3m 2s", said.Out, StringComparison.Ordinal);
        Assert.Contains("application: wiki", said.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_one_is_is_asked_of_the_installation()
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers("GET /me", 200, """{"name":"carol","type":"User","roles":["auditors"],"may":["view","audit"]}""");

        var said = await peer.RunAsync("whoami");

        Assert.Equal((0, ""), (said.Code, said.Error));
        Assert.Contains("name: carol", said.Out, StringComparison.Ordinal);
        Assert.Contains("- audit", said.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_can_follows_its_pages()
    {
        await using var peer = (await AdministrationPeer.StartAsync())
            .Answers("POST /access/who-can", 200, """{"items":[{"user":"alice","policies":["p"]}],"next":"YQ"}""")
            .Answers("""POST /access/who-can {"application":"wiki","assurance":2,"cursor":"YQ","limit":500}""", 200, """{"items":[{"user":"bob","policies":["p"]}]}""");

        var said = await peer.RunAsync("policy", "who-can", "wiki");

        Assert.Equal("USER   POLICIES\nalice  p\nbob    p\n", said.Out);
    }

    [Fact]
    public async Task An_invitation_of_somebody_new_adds_them_first_and_says_so()
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers("POST /users", 201, "{}");

        var said = await peer.RunAsync("user", "invite", "fay");

        Assert.StartsWith("fay is new here and was added\n", said.Error, StringComparison.Ordinal);
        Assert.Equal(["POST /users/fay/invitation", """POST /users {"name":"fay","spec":{}}""", "POST /users/fay/invitation"], peer.Asked);
    }

    [Fact]
    public async Task An_invitation_of_somebody_known_adds_nobody()
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers("POST /users/fay/invitation", 200, """{"link":"https://auth.test/i/x","expires":"2026-01-01T00:00:00Z"}""");

        var said = await peer.RunAsync("user", "invite", "fay");

        Assert.Equal((0, ""), (said.Code, said.Error));
        Assert.Equal("POST /users/fay/invitation", Assert.Single(peer.Asked));
    }

    [Fact]
    public async Task Credentials_that_are_refused_are_told_with_field_and_fix_and_the_user_is_not_deleted()
    {
        await using var peer = (await AdministrationPeer.StartAsync())
            .Answers("POST /users/alice/credentials", 400, """{"detail":"The secret is not base32.","field":"totpSecret","fix":"use letters A to Z and digits 2 to 7"}""");

        var said = await peer.RunAsync("user", "add", "alice", "--totp-secret-file", SecretOf(peer, "not base32"));

        Assert.Equal(new Said(1, "", "doorward: totpSecret: The secret is not base32; use letters A to Z and digits 2 to 7\n"), said);
        Assert.Single(peer.Asked);
    }

    [Fact]
    public async Task A_user_is_added_with_credentials_in_one_call_and_replaced_only_when_told()
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers("POST /users/alice/credentials", 204, "");
        var secret = SecretOf(peer, "JBSWY3DPEHPK3PXP");

        var added = await peer.RunAsync("user", "add", "alice", "--email", "a@x.test", "--totp-secret-file", secret);
        Assert.Equal(new Said(0, "added alice\n", ""), added);
        Assert.Equal("""POST /users/alice/credentials {"totpSecret":"JBSWY3DPEHPK3PXP","email":"a@x.test","replace":false}""", Assert.Single(peer.Asked));

        var replaced = await peer.RunAsync("user", "add", "alice", "--totp-secret-file", secret, "--replace");
        Assert.Equal(new Said(0, "replaced the credentials of alice\n", ""), replaced);
        Assert.EndsWith("\"replace\":true}", peer.Asked.Last());
    }

    [Fact]
    public async Task All_that_a_user_signs_in_with_is_taken_away_in_one_call()
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers("DELETE /users/alice/credentials", 204, "");

        var said = await peer.RunAsync("user", "remove-credentials", "alice");

        Assert.Equal(new Said(0, "removed the credentials of alice, who cannot sign in now: run `doorward user invite alice`\n", ""), said);
        Assert.Single(peer.Asked);
    }

    [Fact]
    public async Task A_user_without_credentials_is_added_as_a_resource()
    {
        await using var peer = (await AdministrationPeer.StartAsync()).Answers("POST /users", 200, "{}");

        var said = await peer.RunAsync("user", "add", "bob", "--email", "b@x.test");

        Assert.Equal(new Said(0, "added bob, who cannot sign in yet: run `doorward user invite bob`\n", ""), said);
        Assert.Equal("""POST /users {"name":"bob","spec":{"email":"b@x.test"}}""", Assert.Single(peer.Asked));
    }

    [Fact]
    public async Task Reset_deletes_only_what_is_an_installation_that_does_not_run_and_only_when_told()
    {
        await using var peer = await AdministrationPeer.StartAsync();
        Assert.Equal(1, (await peer.RunAsync("reset", "--yes")).Code);
        await File.WriteAllTextAsync(Path.Combine(peer.Data.FullName, "server.json"), """{"address":"127.0.0.1","port":1,"domain":"x.test"}""");
        Assert.Equal(2, (await peer.RunAsync("reset")).Code);

        var running = await peer.RunAsync("reset", "--yes");
        Assert.Equal(new Said(1, "", $"doorward: {peer.Data.FullName}: it is running; stop `doorward up` or `doorward control-plane` first\n"), running);
        Assert.True(peer.Data.Exists);

        var stopped = Directory.CreateTempSubdirectory("dw-");
        File.Copy(Path.Combine(peer.Data.FullName, "server.json"), Path.Combine(stopped.FullName, "server.json"));
        Assert.Equal(0, (await Said.ByAsync("reset", "--yes", "--data", stopped.FullName)).Code);
        Assert.False(Directory.Exists(stopped.FullName));

        // A control plane on its own writes no server.json.
        var alone = Directory.CreateTempSubdirectory("dw-");
        Assert.Equal(1, (await Said.ByAsync("reset", "--yes", "--data", alone.FullName)).Code);
        await File.WriteAllTextAsync(Path.Combine(alone.FullName, "doorward.db"), "");
        Assert.Equal(0, (await Said.ByAsync("reset", "--yes", "--data", alone.FullName)).Code);
        Assert.False(Directory.Exists(alone.FullName));
    }

    private static string SecretOf(AdministrationPeer peer, string secret)
    {
        var file = Path.Combine(peer.Data.FullName, "secret");
        File.WriteAllText(file, secret + "\n");
        return file;
    }

    private static string FileWith(AdministrationPeer peer, string yaml)
    {
        var file = Path.Combine(peer.Data.FullName, "resources.yaml");
        File.WriteAllText(file, yaml);
        return file;
    }
}
