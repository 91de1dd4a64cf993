using System.Net;
using Doorward.Control.Identity.Passwords;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Console.Tests.Identity;

/// <summary>One password, typed where letters with accents are one character (Windows) and where they are two (some of macOS).</summary>
public sealed class PasswordNormalizationTests
{
    [Theory]
    [InlineData("caf\u0065\u0301", "caf\u00E9")] // the accent follows its letter, or stands on it
    [InlineData("\u1E9B\u0323", "\u1E9B\u0323")] // UAX #15, figure 6: already composed
    [InlineData("d\u0307\u0323", "\u1E0D\u0307")] // UAX #15, figure 4: marks in the order of their classes
    [InlineData("\u212B", "\u00C5")] // the Angstrom sign is a letter written otherwise
    [InlineData("\u0958", "\u0915\u093C")] // excluded from composition
    [InlineData("\u1112\u1161\u11AB", "\uD55C")] // Hangul
    [InlineData("a\u0300\u0301", "\u00E0\u0301")] // the second mark is blocked
    [InlineData("\u1100\u1161\u11A7", "\uAC00\u11A7")] // no tail
    [InlineData("\uD834\uDD5E", "\uD834\uDD57\uD834\uDD65")] // beyond the first plane, excluded
    [InlineData("\u4E00 ascii \uFB01", "\u4E00 ascii \uFB01")] // compatibility forms stay what they are
    [InlineData("a\u00A0b\u3000c", "a b c")] // spaces of every kind are one kind
    public void Brings_what_was_typed_to_one_form(string typed, string form)
    {
        Assert.Equal(form, PasswordRules.Normalize(typed));
        Assert.Equal(form, PasswordRules.Normalize(form));
    }

    [Fact]
    public void Leaves_what_is_not_text_as_it_is() => Assert.Equal("\uD800e\u0301", PasswordRules.Normalize("\uD800e\u0301"));

    [Fact]
    public async Task Signs_in_with_the_password_that_another_keyboard_set()
    {
        await using var host = await AuthHost.StartAsync();
        var alice = await host.AddPersonAsync("alice");
        await SetAsync(host, alice, "caf\u00E9 correct horse battery");

        Assert.IsType<FactorResult.Proved>(await TryAsync(host, "cafe\u0301 correct horse battery"));
        Assert.IsType<FactorResult.Proved>(await TryAsync(host, "caf\u00E9 correct horse battery"));
        Assert.IsType<FactorResult.Refused>(await TryAsync(host, "cafe correct horse battery"));
    }

    private static Task<FactorResult> TryAsync(AuthHost host, string password) => host.Services.GetRequiredService<FactorChecks>()
        .PasswordAsync("alice", password, new AttemptSource(IPAddress.Parse("192.0.2.7")), CancellationToken.None);

    private static async Task SetAsync(AuthHost host, User person, string password)
    {
        await using var db = host.OpenDb();
        var user = await db.Users.SingleAsync(known => known.Id == person.Id);
        user.PasswordHash = host.Services.GetRequiredService<PasswordHashing>().Hash(password);
        await db.SaveChangesAsync();
    }
}
