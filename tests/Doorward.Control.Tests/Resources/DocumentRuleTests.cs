using Doorward.Control.Resources;
using Doorward.Control.Resources.Editing;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Tests.Resources;

/// <summary>What a document of each kind may say.</summary>
public sealed class DocumentRuleTests
{
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
        await fixture.ApplyGoodAsync(ResourceFixture.World);
        var error = await fixture.ApplyBadAsync("""{"kind":"Application","name":"copy","spec":{"hosts":["WIKI.doorward.localhost"],"upstream":"http://127.0.0.1:1"}}""");
        Assert.Equal("hosts[0]", error.Field);
        Assert.Contains("wiki", error.Message, StringComparison.Ordinal);
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
        await fixture.ApplyGoodAsync(ResourceFixture.World + """
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
