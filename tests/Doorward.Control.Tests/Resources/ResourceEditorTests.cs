using Doorward.Control.Resources;
using Doorward.Control.Resources.Editing;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Tests.Resources;

public sealed class ResourceEditorTests
{
    private const string World = """
        {"kind":"Group","name":"engineering","spec":{"members":["alice"]},"source":"world.yaml:1"},
        {"kind":"User","name":"alice","spec":{"email":"alice@example.test"}},
        {"kind":"Network","name":"office","spec":{"ranges":["10.0.0.0/8","2001:db8::/32"]}},
        {"kind":"Application","name":"wiki","spec":{"hosts":["Wiki.doorward.localhost"],"upstream":"http://127.0.0.1:9000","labels":{"sensitivity":"internal"},"maxSignInAge":"8h"}},
        {"kind":"Policy","name":"wiki-for-engineering","spec":{"cedar":"permit (principal in Group::\"engineering\", action in Action::\"access\", resource == Application::\"wiki\");"}}
        """;

    [Fact]
    public async Task Applies_all_documents_in_one_transaction_whatever_their_order()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        var done = await fixture.ApplyGoodAsync(World);
        Assert.All(done.Changes, change => Assert.Equal(ChangeWord.Created, change.Change));
        Assert.Empty(done.Warnings);
        await using var db = fixture.Open();
        var last = await db.Changes.Where(c => c.Revision <= done.Revision).OrderByDescending(c => c.Revision).Take(5).ToListAsync();
        Assert.Equal([true, false, false, false, false], last.Select(c => c.Last));
        Assert.Equal("""{"hosts":["wiki.doorward.localhost"],"upstream":"http://127.0.0.1:9000","labels":{"sensitivity":"internal"},"maxSignInAge":"8h"}""",
            await fixture.SpecAsync("Application", "wiki"));
    }

    [Fact]
    public async Task Hashes_secrets_while_others_write()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        var clients = string.Join(',', Enumerable.Range(0, 30).Select(i =>
            $$$"""{"kind":"OidcClient","name":"c{{{i}}}","spec":{"redirectUris":["https://c{{{i}}}.test/"],"clientSecret":"{{{new string('s', 40)}}}"}}"""));
        var (begun, longest) = (TimeProvider.System.GetTimestamp(), TimeSpan.Zero);
        var applying = Task.Run(() => fixture.ApplyGoodAsync(clients));
        while (!applying.IsCompleted)
        {
            var asked = TimeProvider.System.GetTimestamp();
            await using var db = fixture.Open();
            await db.WriteAsync(_ => Task.CompletedTask, CancellationToken.None);
            var waited = TimeProvider.System.GetElapsedTime(asked);
            longest = waited > longest ? waited : longest;
        }

        Assert.Equal(30, (await applying).Changes.Count);
        Assert.True(longest < TimeProvider.System.GetElapsedTime(begun) / 2, $"Somebody waited {longest}.");
    }

    [Fact]
    public async Task Reads_again_under_the_lock_what_has_changed_since_it_was_read_ahead()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.ApplyGoodAsync(World);
        var kind = fixture.Kinds.Find("Group")!;
        var readings = new Readings(new InstallationFacts("doorward.localhost", new HashSet<int>()));
        var document = new DocumentInput("Group", "engineering", System.Text.Json.JsonDocument.Parse("""{"members":["bob"]}""").RootElement);
        await using var db = fixture.Open();
        var before = await kind.FindAsync(db, "engineering", CancellationToken.None);
        var first = readings.Read(kind, document, before);

        Assert.Same(first, readings.Read(kind, document, await kind.FindAsync(db, "engineering", CancellationToken.None)));
        Assert.NotSame(first, readings.Read(kind, document, null));
        await fixture.ApplyGoodAsync("""{"kind":"Group","name":"engineering","spec":{"members":[]}}""");
        Assert.NotSame(first, readings.Read(kind, document, await kind.FindAsync(db, "engineering", CancellationToken.None)));
    }

    [Fact]
    public async Task Labels_are_so_many_and_so_long_because_every_record_has_them()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        static string With(string labels) =>
            $$$"""{"kind":"Application","name":"wiki","spec":{"hosts":["wiki.doorward.localhost"],"upstream":"http://127.0.0.1:9000","labels":{ {{{labels}}} } } }""";
        static string Labels(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"l{i}\":\"x\""));

        await fixture.ApplyGoodAsync(With(Labels(64)));
        Assert.Equal("labels", (await fixture.ApplyBadAsync(With(Labels(65)))).Field);
        Assert.StartsWith("labels", (await fixture.ApplyBadAsync(With($"\"{new string('n', 257)}\":\"x\""))).Field, StringComparison.Ordinal);
        Assert.StartsWith("labels", (await fixture.ApplyBadAsync(With($"\"n\":\"{new string('x', 257)}\""))).Field, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Applying_the_same_documents_again_changes_nothing()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        var first = await fixture.ApplyGoodAsync(World);
        var second = await fixture.ApplyGoodAsync(World);
        Assert.All(second.Changes, change => Assert.Equal(ChangeWord.Unchanged, change.Change));
        Assert.Equal(first.Revision, second.Revision);
    }

    [Fact]
    public async Task A_dry_run_finds_the_same_and_keeps_nothing()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        var done = await fixture.ApplyGoodAsync(World, new ApplyOptions(DryRun: true));
        Assert.All(done.Changes, change => Assert.Equal(ChangeWord.Created, change.Change));
        Assert.Null(await fixture.SpecAsync("Application", "wiki"));
        Assert.Equal(ChangeWord.Created, (await fixture.ApplyGoodAsync(World)).Changes[0].Change);
    }

    [Fact]
    public async Task One_bad_document_keeps_all_of_them_out()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        var error = await fixture.ApplyBadAsync(World + """,{"kind":"Group","name":"ops","spec":{"members":["nobody"]},"source":"world.yaml:40"}""");
        Assert.Equal(("Group", "ops", "members", "world.yaml:40"), (error.Kind, error.Name, error.Field, error.Source));
        Assert.Null(await fixture.SpecAsync("Application", "wiki"));
        Assert.Null(await fixture.SpecAsync("User", "alice"));
    }

    [Fact]
    public async Task Names_every_mistake_at_once()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        var refused = Assert.IsType<EditResult.Refused>(await fixture.ApplyAsync("""
            {"kind":"Aplication","name":"a","spec":{}},
            {"kind":"Application","name":"../etc","spec":{}},
            {"kind":"Application","name":"b","spec":{"host":["b.example"],"upstream":"http://x","strict":"maybe","maxSignInAge":"1 week"}},
            {"kind":"Network","name":"n","spec":{"ranges":["10.1.2.3/8"]}}
            """));
        Assert.Equal(["kind", "name", "strict", "maxSignInAge", "host", "hosts", "ranges[0]"], refused.Errors.Select(e => e.Field));
        Assert.Equal("did you mean Application?", refused.Errors[0].Fix);
        Assert.Equal("did you mean hosts?", refused.Errors[4].Fix);
        Assert.Contains("10.0.0.0/8", refused.Errors[6].Fix, StringComparison.Ordinal);
        Assert.All(refused.Errors, e => Assert.False(string.IsNullOrEmpty(e.Fix)));
    }

    [Fact]
    public async Task Lets_the_products_own_resources_be_applied_as_they_are_and_not_otherwise()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        var spec = await fixture.SpecAsync("Policy", "console-roles");

        var done = await fixture.ApplyGoodAsync($$"""{"kind":"Policy","name":"console-roles","spec":{{spec}}}""");

        Assert.Equal(ChangeWord.Unchanged, Assert.Single(done.Changes).Change);
        var error = await fixture.ApplyBadAsync("""{"kind":"Policy","name":"console-roles","spec":{"cedar":"permit (principal, action, resource);"}}""");
        Assert.Contains("belongs to Doorward itself", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_the_same_document_twice()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        var error = await fixture.ApplyBadAsync("""{"kind":"Group","name":"g","spec":{}},{"kind":"group","name":"g","spec":{}}""");
        Assert.Contains("already", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"kind":"Group","name":"a","spec":{"groups":["a"]}}""")]
    [InlineData("""{"kind":"Group","name":"a","spec":{"groups":["b"]}},{"kind":"Group","name":"b","spec":{"groups":["c"]}},{"kind":"Group","name":"c","spec":{"groups":["a"]}}""")]
    public async Task Refuses_groups_that_contain_themselves(string documents)
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        Assert.Contains("contains itself", (await fixture.ApplyBadAsync(documents)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Accepts_a_group_that_is_reached_by_two_ways()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.ApplyGoodAsync("""
            {"kind":"Group","name":"top","spec":{"groups":["left","right"]}},
            {"kind":"Group","name":"left","spec":{"groups":["leaf"]}},
            {"kind":"Group","name":"right","spec":{"groups":["leaf"]}},
            {"kind":"Group","name":"leaf","spec":{}}
            """);
    }

    [Fact]
    public async Task Refuses_a_host_that_another_application_has()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.ApplyGoodAsync(World);
        var error = await fixture.ApplyBadAsync("""{"kind":"Application","name":"copy","spec":{"hosts":["WIKI.doorward.localhost"],"upstream":"http://127.0.0.1:1"}}""");
        Assert.Equal("hosts[0]", error.Field);
        Assert.Contains("wiki", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tells_line_and_column_of_a_policy_that_does_not_parse()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        var error = await fixture.ApplyBadAsync("""{"kind":"Policy","name":"p","spec":{"cedar":"permit (\n  principal,\n  action;\n"}}""");
        Assert.Equal(("cedar", 3), (error.Field, error.Line));
        Assert.True(error.Column > 1);
    }

    [Fact]
    public async Task All_policies_of_one_apply_are_one_publication_and_the_last_good_set_stays()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.ApplyGoodAsync("""
            {"kind":"Policy","name":"a","spec":{"cedar":"permit (principal, action, resource);"}},
            {"kind":"Policy","name":"b","spec":{"cedar":"forbid (principal, action, resource);","reportOnly":true}}
            """);
        Assert.IsType<EditResult.Refused>(await fixture.ApplyAsync("""
            {"kind":"Policy","name":"a","spec":{"cedar":"forbid (principal, action, resource);"}},
            {"kind":"Policy","name":"b","spec":{"cedar":"forbid"}}
            """));
        await using var db = fixture.Open();
        var current = await db.Policies.Where(p => p.RetiredById == null && !p.System).ToListAsync();
        Assert.Equal(2, current.Count);
        Assert.Single(current.Select(p => p.AddedById).Distinct());
        Assert.All(current, p => Assert.Equal(1, p.Version));
    }

    [Fact]
    public async Task A_changed_policy_is_a_new_version_and_the_old_one_stays_readable()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.ApplyGoodAsync("""{"kind":"Policy","name":"a","spec":{"cedar":"permit (principal, action, resource);"}}""");
        await fixture.ApplyGoodAsync("""{"kind":"Policy","name":"a","spec":{"cedar":"forbid (principal, action, resource);"}}""");
        await using var db = fixture.Open();
        var versions = await db.Policies.Include(p => p.AddedBy).Include(p => p.RetiredBy).Where(p => p.Name == "a").OrderBy(p => p.Version).ToListAsync();
        Assert.Equal(versions[1].AddedById, versions[0].RetiredById);
        Assert.True(versions[1].AddedBy!.Revision > versions[0].AddedBy!.Revision);
    }

    [Theory]
    [InlineData("""permit (principal, action, resource == Application::\"wiki\") when { context has http.path && context.http.path == \"/a\" };""", true)]
    [InlineData("""permit (principal, action, resource) when { context has http && context.http has path };""", true)]
    [InlineData("""permit (principal, action, resource) when { context has http && context.http.method == \"GET\" };""", false)]
    [InlineData("""permit (principal, action, resource == Application::\"other\") when { context has http.path && context.http.path == \"/a\" };""", false)]
    public async Task A_policy_never_reads_the_path_of_an_opaque_application(string cedar, bool refused)
    {
        const string Opaque = """{"kind":"Application","name":"wiki","spec":{"hosts":["wiki.example.org"],"upstream":"http://127.0.0.1:9000","paths":"opaque"}}""";
        var policy = $$$"""{"kind":"Policy","name":"p","spec":{"cedar":"{{{cedar}}}"}}""";
        foreach (var (first, second) in ((string, string)[])[(Opaque, policy), (policy, Opaque)])
        {
            await using var fixture = await ResourceFixture.CreateAsync();
            await fixture.ApplyGoodAsync(first);
            var result = await fixture.ApplyAsync(second);
            if (refused) Assert.Contains("opaque", Assert.IsType<EditResult.Refused>(result).Errors[0].Message, StringComparison.Ordinal);
            else Assert.IsType<EditResult.Done>(result);
        }
    }

    [Fact]
    public async Task Warns_of_a_policy_that_names_what_is_not_there()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        var done = await fixture.ApplyGoodAsync("""{"kind":"Policy","name":"a","spec":{"cedar":"\n\npermit (\n  principal in Group::\"enginering\", action, resource);"},"source":"a.yaml:3"}""");
        var warning = Assert.Single(done.Warnings);
        Assert.Equal(("Policy", "a", "cedar", "a.yaml:3", 4, 3), (warning.Kind, warning.Name, warning.Field, warning.Source, warning.Line, warning.Column));
        Assert.Contains("enginering", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prune_deletes_what_apply_made_and_nothing_else()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.ApplyGoodAsync(World);
        await fixture.PutAsync("Group", "by-hand", "{}");
        var done = await fixture.ApplyGoodAsync("""{"kind":"User","name":"alice","spec":{"email":"alice@example.test"}}""", new ApplyOptions(Prune: true));
        Assert.Equal(["alice", "engineering", "office", "wiki", "wiki-for-engineering"], done.Changes.Select(c => c.Name).Order(StringComparer.Ordinal));
        Assert.Equal(4, done.Changes.Count(c => c.Change == ChangeWord.Deleted));
        Assert.NotNull(await fixture.SpecAsync("Group", "by-hand"));
        Assert.NotNull(await fixture.SpecAsync("Group", "administrators"));
        Assert.NotNull(await fixture.SpecAsync("Policy", "console-roles"));
        Assert.Null(await fixture.SpecAsync("Application", "wiki"));
    }

    [Fact]
    public async Task A_version_that_is_no_longer_current_changes_nothing()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.PutAsync("Network", "office", """{"ranges":["10.0.0.0/8"]}""");
        Assert.IsType<EditResult.Done>(await fixture.PutAsync("Network", "office", """{"ranges":["10.1.0.0/16"]}""", version: 1));
        Assert.Equal(2, Assert.IsType<EditResult.Stale>(await fixture.PutAsync("Network", "office", """{"ranges":["10.2.0.0/16"]}""", version: 1)).Version);
        Assert.IsType<EditResult.Stale>(await fixture.DeleteAsync("Network", "office", version: 1));
        Assert.IsType<EditResult.Stale>(await fixture.PutAsync("Network", "office", """{"ranges":["10.2.0.0/16"]}""", version: 0));
        Assert.Contains("10.1.0.0/16", await fixture.SpecAsync("Network", "office"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Documents_that_say_which_version_they_replace_are_applied_together_or_not_at_all()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        const string office = """{"kind":"Network","name":"office","version":0,"spec":{"ranges":["10.0.0.0/8"]}}""";
        const string staff = """{"kind":"Group","name":"staff","version":0,"spec":{"members":[]}}""";
        await fixture.ApplyGoodAsync(office);
        var stale = Assert.IsType<EditResult.Stale>(await fixture.ApplyAsync($"{staff},{office}"));
        Assert.Equal(("office", 1), (stale.Key.Name, stale.Version));
        Assert.Null(await fixture.SpecAsync("Group", "staff"));
        await fixture.ApplyGoodAsync($"{staff},{office.Replace("\"version\":0", "\"version\":1", StringComparison.Ordinal).Replace("10.0.0.0/8", "10.1.0.0/16", StringComparison.Ordinal)}");
        Assert.NotNull(await fixture.SpecAsync("Group", "staff"));
        Assert.IsType<EditResult.Stale>(await fixture.ApplyAsync("""{"kind":"Network","name":"nowhere","version":1,"spec":{"ranges":["10.0.0.0/8"]}}"""));
    }

    [Theory]
    [InlineData("Group", "administrators")]
    [InlineData("Application", "console")]
    [InlineData("Policy", "console-roles")]
    public async Task What_belongs_to_Doorward_itself_stays(string kind, string name)
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        Assert.IsType<EditResult.Refused>(await fixture.DeleteAsync(kind, name));
        if (kind != "Group") Assert.IsType<EditResult.Refused>(await fixture.PutAsync(kind, name, "{}"));
    }

    [Fact]
    public async Task A_group_in_use_is_not_deleted_under_its_holder()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.ApplyGoodAsync("""{"kind":"Group","name":"outer","spec":{"groups":["inner"]}},{"kind":"Group","name":"inner","spec":{}}""");
        Assert.Equal("outer", Assert.IsType<EditResult.Refused>(await fixture.DeleteAsync("Group", "inner")).Errors[0].Name);
        Assert.IsType<EditResult.Done>(await fixture.DeleteAsync("Group", "outer"));
        Assert.IsType<EditResult.Done>(await fixture.DeleteAsync("Group", "inner"));
    }

    [Theory]
    [InlineData("Group", "engineering", "forbid (principal, action, resource) unless { principal in Group::\\\"engineering\\\" };")]
    [InlineData("Group", "engineering", "permit (principal in Group::\\\"engineering\\\", action, resource);")]
    [InlineData("Network", "office", "forbid (principal, action, resource) unless { context has network && context.network.names.contains(\\\"office\\\") };")]
    public async Task What_a_policy_names_is_not_deleted_under_it_unless_that_is_meant(string kind, string name, string cedar)
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.ApplyGoodAsync($$$"""
            {"kind":"User","name":"alice","spec":{}},{"kind":"Group","name":"engineering","spec":{"members":["alice"]}},
            {"kind":"Network","name":"office","spec":{"ranges":["10.0.0.0/8"]}},{"kind":"Policy","name":"p","spec":{"cedar":"{{{cedar}}}"}}
            """);

        var refused = Assert.IsType<EditResult.Refused>(await fixture.DeleteAsync(kind, name)).Errors[0];
        Assert.Equal((kind, name, "policy p names it"), (refused.Kind, refused.Name, refused.Message));
        var pruned = Assert.IsType<EditResult.Refused>(await fixture.ApplyAsync(
            $$$"""{"kind":"User","name":"alice","spec":{}},{"kind":"Policy","name":"p","spec":{"cedar":"{{{cedar}}}"}}""", new ApplyOptions(Prune: true)));
        Assert.Equal("policy p names it", pruned.Errors[0].Message);
        Assert.NotNull(await fixture.SpecAsync(kind, name));

        var forced = Assert.IsType<EditResult.Done>(await fixture.DeleteAsync(kind, name, force: true));
        Assert.Equal("policy p names it still", Assert.Single(forced.Warnings).Message);
        Assert.Null(await fixture.SpecAsync(kind, name));
    }

    [Fact]
    public async Task What_no_policy_names_is_deleted_without_a_word_and_all_that_names_it_may_go_with_it()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.ApplyGoodAsync(World);

        Assert.Empty(Assert.IsType<EditResult.Done>(await fixture.DeleteAsync("Network", "office")).Warnings);
        var pruned = await fixture.ApplyGoodAsync("""{"kind":"User","name":"alice","spec":{"email":"alice@example.test"}}""", new ApplyOptions(Prune: true));
        Assert.Contains(pruned.Changes, change => change is { Name: "engineering", Change: ChangeWord.Deleted });
    }

    [Theory]
    [InlineData("Application", "wiki")]
    [InlineData("User", "alice")]
    public async Task A_door_or_a_person_goes_at_once_and_what_names_it_is_said(string kind, string name)
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.ApplyGoodAsync(World + """,{"kind":"Policy","name":"hers","spec":{"cedar":"permit (principal == User::\"alice\", action, resource == Application::\"wiki\");"}}""");

        var warning = Assert.Single(Assert.IsType<EditResult.Done>(await fixture.DeleteAsync(kind, name)).Warnings);

        Assert.StartsWith("polic", warning.Message, StringComparison.Ordinal);
        Assert.Contains("hers", warning.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "[\"alice\"]", "[\"inner\"]")]
    [InlineData("""{"groups":[]}""", "[\"alice\"]", "[]")]
    [InlineData("""{"members":[]}""", "[]", "[\"inner\"]")]
    [InlineData("""{"members":null,"groups":null}""", "[]", "[]")]
    public async Task A_group_that_does_not_speak_of_its_members_keeps_them_and_one_that_does_has_those(string spec, string members, string groups)
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.ApplyGoodAsync("""
            {"kind":"User","name":"alice","spec":{}},{"kind":"Group","name":"inner","spec":{}},{"kind":"Group","name":"staff","spec":{"members":["alice"],"groups":["inner"]}}
            """);

        await fixture.ApplyGoodAsync($$"""{"kind":"Group","name":"staff","spec":{{spec}}}""");

        Assert.Equal($$"""{"members":{{members}},"groups":{{groups}}}""", await fixture.SpecAsync("Group", "staff"));
    }

    [Fact]
    public async Task A_deleted_user_leaves_groups_and_sessions_and_the_name_is_never_given_again()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.ApplyGoodAsync(World);
        await using (var db = fixture.Open())
        {
            var alice = await db.Users.SingleAsync(u => u.UserName == "alice");
            await fixture.Installation.SignInAsync(alice);
        }

        Assert.IsType<EditResult.Done>(await fixture.DeleteAsync("User", "alice"));
        Assert.Equal("""{"members":[],"groups":[]}""", await fixture.SpecAsync("Group", "engineering"));
        await using (var db = fixture.Open()) Assert.NotNull((await db.Sessions.SingleAsync()).Ended);
        var again = Assert.IsType<EditResult.Refused>(await fixture.PutAsync("User", "alice", "{}"));
        Assert.Contains("never given again", again.Errors[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_differ_only_in_case_are_one_person_too_many()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.PutAsync("User", "alice", "{}");
        Assert.IsType<EditResult.Refused>(await fixture.PutAsync("User", "Alice", "{}"));
    }

    [Theory]
    [InlineData("""{"email":"a@b\r\nBcc: everyone"}""")]
    [InlineData("""{"email":"nobody"}""")]
    [InlineData("""{"displayName":"\u202egnp.exe"}""")]
    [InlineData("""{"timeZone":"Mars/Olympus"}""")]
    public async Task Refuses_personal_values_that_could_be_mistaken(string spec)
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        Assert.IsType<EditResult.Refused>(await fixture.PutAsync("User", "bob", spec));
    }

    [Fact]
    public async Task A_secret_is_sealed_never_shown_kept_when_sent_back_and_unchanged_when_sent_again()
    {
        const string Provider = """{"kind":"IdentityProvider","name":"corp","spec":{"issuer":"https://idp.example","clientId":"doorward","clientSecret":"s3cret-value"}}""";
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.ApplyGoodAsync(Provider);
        var shown = await fixture.SpecAsync("IdentityProvider", "corp");
        Assert.Contains("""{"set":true}""", shown, StringComparison.Ordinal);
        await using (var db = fixture.Open())
        {
            Assert.All(await db.Resources.ToListAsync(), d => Assert.DoesNotContain("s3cret-value", d.Json, StringComparison.Ordinal));
        }

        Assert.Equal(ChangeWord.Unchanged, Assert.Single((await fixture.ApplyGoodAsync(Provider)).Changes).Change);
        Assert.Equal(ChangeWord.Unchanged, Assert.Single(Assert.IsType<EditResult.Done>(await fixture.PutAsync("IdentityProvider", "corp", shown!)).Changes).Change);
        Assert.Equal(ChangeWord.Updated, Assert.Single((await fixture.ApplyGoodAsync(Provider.Replace("s3cret", "other", StringComparison.Ordinal))).Changes).Change);
    }

    [Fact]
    public async Task Every_kind_reads_back_what_it_writes()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.ApplyGoodAsync(World + """
            ,{"kind":"Application","name":"full","spec":{"hosts":["*.full.example.org","full.example.org"],"upstreams":["https://10.0.0.1:8443","https://10.0.0.2:8443"],
              "paths":"opaque","origins":["https://other.example.org"],"cors":{"origins":["https://x.example.org"],"methods":["PUT"],"headers":["X-A"],"credentials":true,"maxAge":"1h"},
              "strict":true,"tls":{"serverName":"inner.example.org"},"protocol":"http2","preserveHost":false,"upgrades":["Chat"],
              "healthCheck":{"path":"/health","interval":"30s","timeout":"5s"},"connectTimeout":"3s","activityTimeout":"10m","allowSpecialAddresses":true}}
            ,{"kind":"IdentityProvider","name":"corp","spec":{"displayName":"Corp","issuer":"https://idp.example/x","clientId":"d","scopes":["openid"],
              "claims":{"username":"upn","email":"mail","groups":"roles"},"groups":{"Dev Ops":"engineering"},"acr":{"gold":3},"amr":{"otp":2},"createUsers":false,"disabled":true}}
            ,{"kind":"User","name":"robot","spec":{"service":true,"displayName":"Robot","disabled":true,"timeZone":"Etc/UTC"}}
            """);
        await using var db = fixture.Open();
        foreach (var kind in fixture.Kinds.All)
        {
            foreach (var resource in (await kind.ListAsync(db, "", 100, CancellationToken.None)).Where(r => !r.System))
            {
                var put = await fixture.PutAsync(kind.Kind, resource.Name, kind.Write(resource.Spec).ToJsonString());
                Assert.Equal(ChangeWord.Unchanged, Assert.Single(Assert.IsType<EditResult.Done>(put).Changes).Change);
            }
        }
    }
}
