using Doorward.Control.Resources;
using Doorward.Control.Resources.Editing;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Tests.Resources;

/// <summary>Policies among the documents: published together, version by version, and checked against what they speak of.</summary>
public sealed class PolicyPublicationTests
{
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
}
