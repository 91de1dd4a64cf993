using Doorward.Control.Resources;
using Doorward.Control.Resources.Editing;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Tests.Resources;

/// <summary>Documents are applied together or not at all, whoever else writes.</summary>
public sealed class ApplyTests
{
    [Fact]
    public async Task Applies_all_documents_in_one_transaction_whatever_their_order()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        var done = await fixture.ApplyGoodAsync(ResourceFixture.World);
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
        await fixture.ApplyGoodAsync(ResourceFixture.World);
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
    public async Task Applying_the_same_documents_again_changes_nothing()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        var first = await fixture.ApplyGoodAsync(ResourceFixture.World);
        var second = await fixture.ApplyGoodAsync(ResourceFixture.World);
        Assert.All(second.Changes, change => Assert.Equal(ChangeWord.Unchanged, change.Change));
        Assert.Equal(first.Revision, second.Revision);
    }

    [Fact]
    public async Task A_dry_run_finds_the_same_and_keeps_nothing()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        var done = await fixture.ApplyGoodAsync(ResourceFixture.World, new ApplyOptions(DryRun: true));
        Assert.All(done.Changes, change => Assert.Equal(ChangeWord.Created, change.Change));
        Assert.Null(await fixture.SpecAsync("Application", "wiki"));
        Assert.Equal(ChangeWord.Created, (await fixture.ApplyGoodAsync(ResourceFixture.World)).Changes[0].Change);
    }

    [Fact]
    public async Task One_bad_document_keeps_all_of_them_out()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        var error = await fixture.ApplyBadAsync(ResourceFixture.World + """,{"kind":"Group","name":"ops","spec":{"members":["nobody"]},"source":"world.yaml:40"}""");
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

    [Fact]
    public async Task Prune_deletes_what_apply_made_and_nothing_else()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.ApplyGoodAsync(ResourceFixture.World);
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
}
