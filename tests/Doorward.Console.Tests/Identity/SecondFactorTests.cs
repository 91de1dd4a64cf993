using System.Net;
using Doorward.Control.Identity;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Console.Tests.Identity;

public sealed class SecondFactorTests : IAsyncLifetime
{
    private const int Many = 50;
    private static readonly AttemptSource Somewhere = new(IPAddress.Parse("192.0.2.7"));
    private AuthHost host = null!;

    private FactorChecks Checks => host.Services.GetRequiredService<FactorChecks>();

    public async ValueTask InitializeAsync() => host = await AuthHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Takes_a_code_once_when_fifty_try_it_at_the_same_time()
    {
        var progress = await HalfSignedInAsync(await host.AddPersonAsync("alice"));
        var code = host.Code();
        var results = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => Task.Run(() => Checks.CodeAsync(progress, code, Somewhere, CancellationToken.None))));
        Assert.Single(results, result => result is FactorResult.Proved);
    }

    [Fact]
    public async Task Takes_no_older_code_after_a_newer_one()
    {
        var progress = await HalfSignedInAsync(await host.AddPersonAsync("alice"));
        Assert.IsType<FactorResult.Proved>(await Checks.CodeAsync(progress, host.Code(1), Somewhere, CancellationToken.None));
        Assert.IsType<FactorResult.Refused>(await Checks.CodeAsync(progress, host.Code(), Somewhere, CancellationToken.None));
        Assert.IsType<FactorResult.Refused>(await Checks.CodeAsync(progress, host.Code(-1), Somewhere, CancellationToken.None));
    }

    [Fact]
    public async Task Takes_a_recovery_code_once_when_fifty_try_it_at_the_same_time()
    {
        var alice = await host.AddPersonAsync("alice");
        var codes = await RecoveryCodesAsync(alice);
        var progress = await HalfSignedInAsync(alice);
        var results = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => Task.Run(() => Checks.RecoveryCodeAsync(progress, codes[3], Somewhere, CancellationToken.None))));
        Assert.Single(results, result => result is FactorResult.Proved);
    }

    [Fact]
    public async Task A_recovery_code_of_one_person_opens_nobody_elses_account_and_is_kept_as_its_hash()
    {
        var codes = await RecoveryCodesAsync(await host.AddPersonAsync("alice"));
        var bob = await HalfSignedInAsync(await host.AddPersonAsync("bob"));
        Assert.IsType<FactorResult.Refused>(await Checks.RecoveryCodeAsync(bob, codes[0], Somewhere, CancellationToken.None));
        await using var db = host.OpenDb();
        var plain = codes[0].Replace("-", "", StringComparison.Ordinal);
        Assert.Equal(10, await db.RecoveryCodes.CountAsync());
        Assert.DoesNotContain(await db.RecoveryCodes.ToListAsync(), code => code.Hash.Contains(plain, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_half_finished_sign_in_is_void_once_the_factors_changed_or_the_person_was_disabled()
    {
        var alice = await host.AddPersonAsync("alice");
        var progress = await HalfSignedInAsync(alice);
        Assert.Null(await host.Services.GetRequiredService<Credentials>().ImportAsync(alice.Id, AuthHost.Password + "!", null, replace: true, "local", CancellationToken.None));
        Assert.IsType<FactorResult.Refused>(await Checks.CodeAsync(progress, host.Code(), Somewhere, CancellationToken.None));
        Assert.Null(await host.Services.GetRequiredService<SignInFlow>().CompleteAsync(progress with { Assurance = 2 }, null, Somewhere, CancellationToken.None));
    }

    [Fact]
    public async Task A_weaker_proof_does_not_make_a_stronger_one_of_yesterday_fresh()
    {
        var alice = await NowAsync(await host.AddPersonAsync("alice"));
        var store = host.Services.GetRequiredService<SessionStore>();
        var strong = (await store.StartAsync(Proof(alice, 3, "hwk", "mfa"), CancellationToken.None))!.Session;
        host.Time.Advance(TimeSpan.FromHours(1));
        var weaker = (await store.RaiseAsync(strong.Id, Proof(alice, 2, "pwd", "otp", "mfa"), CancellationToken.None))!.Session;
        Assert.Equal((2, host.Time.GetUtcNow()), (weaker.Assurance, weaker.Authenticated));
        Assert.DoesNotContain("hwk", weaker.Methods);
        var stronger = (await store.RaiseAsync(strong.Id, Proof(alice, 3, "hwk", "mfa"), CancellationToken.None))!.Session;
        Assert.Equal(3, stronger.Assurance);
        Assert.Contains("pwd", stronger.Methods);
    }

    private static SignIn Proof(User user, int assurance, params string[] methods) =>
        new() { UserId = user.Id, Assurance = assurance, Methods = methods, SecurityEpoch = user.SecurityEpoch };

    private async Task<SignInProgress> HalfSignedInAsync(User user) =>
        Assert.IsType<FactorResult.Proved>(await Checks.PasswordAsync(user.UserName!, AuthHost.Password, Somewhere, CancellationToken.None)).Progress;

    private async Task<IReadOnlyList<string>> RecoveryCodesAsync(User user)
    {
        var session = (await host.Services.GetRequiredService<SessionStore>().StartAsync(Proof(await NowAsync(user), 2, "pwd", "otp"), CancellationToken.None))!.Session;
        return await host.Services.GetRequiredService<Credentials>().NewRecoveryCodesAsync(session, Somewhere, CancellationToken.None);
    }

    private async Task<User> NowAsync(User user)
    {
        await using var db = host.OpenDb();
        return await db.Users.AsNoTracking().SingleAsync(person => person.Id == user.Id);
    }
}
