using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AssertionVerifier;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.EndToEnd.Tests.Samples;

public class AssertionVerifierTests
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Believes_an_assertion_of_the_issuer_for_this_application()
    {
        await using var issuer = await Issuer.StartAsync();

        var caller = await VerifyAsync(issuer, Issuer.Sign(issuer.Published["k1"], Header(), Claims()));

        Assert.NotNull(caller);
        Assert.Equal(("sub-1", "alice"), (caller.Subject, caller.Name));
        Assert.Equal(["engineering", "staff"], caller.Groups);
    }

    [Theory]
    [InlineData("iss", "\"https://auth.evil.test\"")]
    [InlineData("aud", "\"other\"")]
    [InlineData("exp", "1893499100")]
    [InlineData("exp", "1893502800")]
    [InlineData("exp", "null")]
    [InlineData("iat", "null")]
    [InlineData("iat", "1893499300")]
    [InlineData("name", "null")]
    public async Task Refuses_a_claim_that_is_not_as_pinned(string claim, string value)
    {
        await using var issuer = await Issuer.StartAsync();
        var claims = Claims();
        claims[claim] = JsonNode.Parse(value);
        if (claims[claim] is null)
        {
            claims.Remove(claim);
        }

        Assert.Null(await VerifyAsync(issuer, Issuer.Sign(issuer.Published["k1"], Header(), claims)));
    }

    [Theory]
    [InlineData("alg", "none")]
    [InlineData("alg", "HS256")]
    [InlineData("alg", "ES384")]
    [InlineData("typ", "at+jwt")]
    [InlineData("kid", "unknown")]
    [InlineData("kid", "")]
    public async Task Refuses_a_header_that_is_not_as_pinned(string field, string value)
    {
        await using var issuer = await Issuer.StartAsync();
        var header = Header();
        header[field] = value;

        Assert.Null(await VerifyAsync(issuer, Issuer.Sign(issuer.Published["k1"], header, Claims())));
    }

    [Fact]
    public async Task Refuses_an_assertion_signed_by_another_key_or_not_at_all()
    {
        await using var issuer = await Issuer.StartAsync();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.Null(await VerifyAsync(issuer, Issuer.Sign(other, Header(), Claims())));
        Assert.Null(await VerifyAsync(issuer, $"{Issuer.Encode(Header())}.{Issuer.Encode(Claims())}."));
        Assert.Null(await VerifyAsync(issuer, "not.a.token"));
        Assert.Null(await VerifyAsync(issuer, new string('a', 1 << 20)));
        Assert.Null(await VerifyAsync(issuer, null));
    }

    [Fact]
    public async Task Refuses_a_public_key_used_as_a_shared_secret()
    {
        await using var issuer = await Issuer.StartAsync();
        var header = Header();
        header["alg"] = "HS256";
        var input = $"{Issuer.Encode(header)}.{Issuer.Encode(Claims())}";
        var mac = HMACSHA256.HashData(issuer.Published["k1"].ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(input));

        Assert.Null(await VerifyAsync(issuer, $"{input}.{Base64Url.EncodeToString(mac)}"));
    }

    [Fact]
    public async Task Finds_a_new_key_after_a_roll_over_but_never_asks_more_than_every_ten_seconds()
    {
        await using var issuer = await Issuer.StartAsync();
        using var keys = new IssuerKeys(issuer.Options, time);
        Assert.NotNull(await keys.FindAsync("k1", CancellationToken.None));
        issuer.Published["k2"] = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        for (var attempt = 0; attempt < 20; attempt++)
        {
            Assert.Null(await keys.FindAsync("k2", CancellationToken.None));
        }

        Assert.Equal(1, issuer.Fetches);
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.NotNull(await keys.FindAsync("k2", CancellationToken.None));
        Assert.Equal(2, issuer.Fetches);
    }

    [Fact]
    public async Task Forgets_a_withdrawn_key_within_five_minutes()
    {
        await using var issuer = await Issuer.StartAsync();
        using var keys = new IssuerKeys(issuer.Options, time);
        Assert.NotNull(await keys.FindAsync("k1", CancellationToken.None));
        issuer.Published.Remove("k1");

        time.Advance(TimeSpan.FromMinutes(5));

        Assert.Null(await keys.FindAsync("k1", CancellationToken.None));
    }

    private async Task<Caller?> VerifyAsync(Issuer issuer, string? assertion)
    {
        using var keys = new IssuerKeys(issuer.Options, time);
        return await new Verifier(issuer.Options, keys, time).VerifyAsync(assertion, CancellationToken.None);
    }

    private static JsonObject Header() => new() { ["alg"] = "ES256", ["typ"] = "JWT", ["kid"] = "k1" };

    // 1893499200 is the moment at which the clock of these tests stands.
    private static JsonObject Claims() => new()
    {
        ["iss"] = "https://auth.x.test",
        ["aud"] = "hello",
        ["sub"] = "sub-1",
        ["name"] = "alice",
        ["groups"] = new JsonArray("engineering", "staff"),
        ["iat"] = 1893499200 - 10,
        ["exp"] = 1893499200 + 50,
    };
}
