using Doorward.Control.Sessions;
using Doorward.Core.Identifiers;
using Doorward.Core.Sessions;

namespace Doorward.Control.Tests.Sessions;

public sealed class SignInCodeTests
{
    private const string Host = "wiki.doorward.localhost";
    private readonly string _nonce = Credential.New();

    [Fact]
    public async Task A_code_is_redeemed_once_even_when_a_hundred_try_at_the_same_time()
    {
        await using var test = await TestInstallation.CreateAsync();
        var code = await CodeAsync(test);

        var redeemed = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => test.Codes.RedeemAsync(code, Host, _nonce, CancellationToken.None))));

        Assert.Single(redeemed, result => result is not null);
    }

    [Fact]
    public async Task A_code_is_worth_nothing_at_another_host_and_then_nothing_at_all()
    {
        await using var test = await TestInstallation.CreateAsync();
        var code = await CodeAsync(test);

        Assert.Null(await test.Codes.RedeemAsync(code, "mail.doorward.localhost", _nonce, CancellationToken.None));
        Assert.Null(await test.Codes.RedeemAsync(code, Host, _nonce, CancellationToken.None));
    }

    [Fact]
    public async Task A_code_is_worth_nothing_in_another_browser()
    {
        await using var test = await TestInstallation.CreateAsync();
        var code = await CodeAsync(test);

        Assert.Null(await test.Codes.RedeemAsync(code, Host, Credential.New(), CancellationToken.None));
    }

    [Fact]
    public async Task A_code_is_worth_nothing_after_thirty_seconds()
    {
        await using var test = await TestInstallation.CreateAsync();
        var code = await CodeAsync(test);

        test.Time.Advance(TimeSpan.FromSeconds(31));

        Assert.Null(await test.Codes.RedeemAsync(code, Host, _nonce, CancellationToken.None));
    }

    [Fact]
    public async Task A_code_is_worth_nothing_once_its_session_has_ended()
    {
        await using var test = await TestInstallation.CreateAsync();
        var signedIn = await test.SignInAsync(await test.AddUserAsync("alice"));
        var code = await test.Codes.CreateAsync(signedIn.Session.Id, Host, Credential.Hash(_nonce), CancellationToken.None);

        await test.Sessions.EndAsync(signedIn.Session.Id, new SessionEnding(SessionEndCause.Revoked, "user", "test"), CancellationToken.None);

        Assert.Null(await test.Codes.RedeemAsync(code!, Host, _nonce, CancellationToken.None));
    }

    private async Task<string> CodeAsync(TestInstallation test)
    {
        var signedIn = await test.SignInAsync(await test.AddUserAsync("alice"));
        return await test.Codes.CreateAsync(signedIn.Session.Id, Host, Credential.Hash(_nonce), CancellationToken.None)
            ?? throw new InvalidOperationException("The session is live.");
    }
}
