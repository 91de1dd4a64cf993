using Doorward.Control.Storage;
using Doorward.Core.Identifiers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Storage;

/// <summary>A key of cookies stays for as long as a cookie that it signed can be good, and no longer.</summary>
public sealed class CookieKeyRingTests
{
    private const string Host = "wiki.doorward.localhost";

    [Fact]
    public async Task A_key_stays_while_a_session_lives_that_was_begun_under_a_longer_timeout()
    {
        await using var test = await TestInstallation.CreateAsync();
        await LiveForAsync(test, TimeSpan.FromDays(90));
        var signedIn = await test.SignInAsync(await test.AddUserAsync("alice"));
        var nonce = Credential.New();
        var code = await test.Codes.CreateAsync(signedIn.Session.Id, Host, Credential.Hash(nonce), CancellationToken.None);
        Assert.NotNull(await test.Codes.RedeemAsync(code!, Host, nonce, CancellationToken.None));
        var first = Assert.Single(await KeysAsync(test));
        await LiveForAsync(test, TimeSpan.FromHours(1));

        test.Time.Advance(TimeSpan.FromDays(31));
        await RotateAsync(test);
        test.Time.Advance(TimeSpan.FromDays(31));
        await RotateAsync(test);
        Assert.Contains(first, await KeysAsync(test));

        test.Time.Advance(TimeSpan.FromDays(31));
        await RotateAsync(test);
        Assert.DoesNotContain(first, await KeysAsync(test));
    }

    [Fact]
    public async Task A_key_goes_once_no_session_has_a_cookie_of_it()
    {
        await using var test = await TestInstallation.CreateAsync();
        var first = Assert.Single(await KeysAsync(test));
        test.Time.Advance(TimeSpan.FromDays(31));
        await RotateAsync(test);
        Assert.Contains(first, await KeysAsync(test));

        test.Time.Advance(TimeSpan.FromHours(2));
        await RotateAsync(test);

        Assert.DoesNotContain(first, await KeysAsync(test));
    }

    private static async Task LiveForAsync(TestInstallation test, TimeSpan time)
    {
        await using var db = test.Open();
        (await db.Settings.SingleAsync()).AbsoluteTimeout = time;
        await db.SaveChangesAsync();
    }

    private static async Task RotateAsync(TestInstallation test)
    {
        await using var db = test.Open();
        await test.Services.GetRequiredService<CookieKeyRing>().RotateAsync(db, CancellationToken.None);
    }

    private static async Task<List<string>> KeysAsync(TestInstallation test)
    {
        await using var db = test.Open();
        return [.. (await test.Services.GetRequiredService<CookieKeyRing>().ListAsync(db, CancellationToken.None)).Select(static key => key.Id)];
    }
}
