using Doorward.Control.Feeds;
using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;
using Doorward.Core.Sessions;
using Google.Protobuf.WellKnownTypes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Sessions;

public sealed class SessionStoreTests
{
    private const string Host = "wiki.doorward.localhost";

    [Fact]
    public async Task A_sign_in_cookie_finds_its_session_until_the_session_ends()
    {
        await using var test = await TestInstallation.CreateAsync();
        var signedIn = await test.SignInAsync(await test.AddUserAsync("alice"));

        Assert.Equal(signedIn.Session.Id, (await test.Sessions.FindByCookieAsync(signedIn.Cookie, CancellationToken.None))?.Id);
        await test.Sessions.EndAsync(signedIn.Session.Id, new SessionEnding(SessionEndCause.Revoked, Initiators.User, "test"), CancellationToken.None);
        Assert.Null(await test.Sessions.FindByCookieAsync(signedIn.Cookie, CancellationToken.None));
    }

    [Fact]
    public async Task A_step_up_raises_the_same_session_and_the_old_cookie_dies()
    {
        await using var test = await TestInstallation.CreateAsync();
        var user = await test.AddUserAsync("alice");
        var signedIn = await test.SignInAsync(user);
        test.Time.Advance(TimeSpan.FromMinutes(5));

        var raised = await test.Sessions.RaiseAsync(signedIn.Session.Id, Proof(user, 2, "otp"), CancellationToken.None);

        Assert.Equal((signedIn.Session.Id, 2), (raised!.Session.Id, raised.Session.Assurance));
        Assert.Equal(["pwd", "otp"], raised.Session.Methods);
        Assert.Equal(test.Time.GetUtcNow(), raised.Session.Authenticated);
        Assert.Null(await test.Sessions.FindByCookieAsync(signedIn.Cookie, CancellationToken.None));
        Assert.NotNull(await test.Sessions.FindByCookieAsync(raised.Cookie, CancellationToken.None));
    }

    [Fact]
    public async Task A_step_up_ends_the_handle_at_the_console_and_no_other()
    {
        await using var test = await TestInstallation.CreateAsync();
        var console = $"console.{TestInstallation.Domain}";
        var user = await test.AddUserAsync("alice");
        var (signedIn, elsewhere) = (await test.SignInAsync(user), await test.SignInAsync(user));
        var (stolen, wiki, other) = (await HandleAtAsync(signedIn, console), await HandleAtAsync(signedIn, Host), await HandleAtAsync(elsewhere, console));
        Assert.Null(await test.Sessions.RaiseAsync(signedIn.Session.Id, Proof(await test.AddUserAsync("mallory"), 3, "hwk"), CancellationToken.None));
        Assert.True(await ResolvesAsync(stolen));

        Assert.NotNull(await test.Sessions.RaiseAsync(signedIn.Session.Id, Proof(user, 3, "hwk"), CancellationToken.None));

        Assert.Equal((false, true, true), (await ResolvesAsync(stolen), await ResolvesAsync(wiki), await ResolvesAsync(other)));
        Assert.True(await ResolvesAsync(await HandleAtAsync(signedIn, console)));

        async Task<string> HandleAtAsync(SignedIn session, string host)
        {
            var nonce = Credential.New();
            var code = await test.Codes.CreateAsync(session.Session.Id, host, Credential.Hash(nonce), CancellationToken.None);
            return (await test.Codes.RedeemAsync(code!, host, nonce, CancellationToken.None))!.Handle;
        }

        async Task<bool> ResolvesAsync(string handle) =>
            (await test.Services.GetRequiredService<CredentialResolver>().ByHandleAsync(Credential.Hash(handle), CancellationToken.None)).Session is not null;
    }

    [Fact]
    public async Task Another_user_cannot_raise_it()
    {
        await using var test = await TestInstallation.CreateAsync();
        var signedIn = await test.SignInAsync(await test.AddUserAsync("alice"));

        Assert.Null(await test.Sessions.RaiseAsync(signedIn.Session.Id, Proof(await test.AddUserAsync("mallory"), 3, "hwk"), CancellationToken.None));
    }

    [Fact]
    public async Task A_disabled_user_or_a_proof_from_before_a_change_of_factors_starts_no_session()
    {
        await using var test = await TestInstallation.CreateAsync();
        var user = await test.AddUserAsync("alice");
        Assert.Null(await test.Sessions.StartAsync(Proof(user, 1, "pwd") with { SecurityEpoch = user.SecurityEpoch - 1 }, CancellationToken.None));

        await ChangeAsync(test, user, u => u.Disabled = true);

        Assert.Null(await test.Sessions.StartAsync(Proof(user, 1, "pwd"), CancellationToken.None));
    }

    [Fact]
    public async Task A_session_has_one_live_handle_a_host_and_the_earlier_one_stops_resolving()
    {
        await using var test = await TestInstallation.CreateAsync();
        var signedIn = await test.SignInAsync(await test.AddUserAsync("alice"));

        var first = await HandleAsync(test, signedIn);
        var second = await HandleAsync(test, signedIn);

        Assert.Null((await ResolveAsync(test, first)).Session);
        Assert.Equal(signedIn.Session.Id, (await ResolveAsync(test, second)).Session?.Id);
    }

    [Fact]
    public async Task Every_way_to_end_all_sessions_counts_them_and_spares_the_asking_one_where_told()
    {
        await using var test = await TestInstallation.CreateAsync();
        var alice = await test.AddUserAsync("alice");
        var here = await test.SignInAsync(alice);
        await test.SignInAsync(alice);
        await test.SignInAsync(await test.AddUserAsync("bob"));

        Assert.Equal(1, (await test.Sessions.EndAllOfAsync(alice.Id, here.Session.Id, new SessionEnding(SessionEndCause.Revoked, Initiators.User, "test"), CancellationToken.None)).Count);
        Assert.Equal([here.Session.Id], (await test.Sessions.ListAsync(alice.Id, CancellationToken.None)).Select(s => s.Id));
        Assert.Equal(2, (await test.Sessions.EndAllAsync(new SessionEnding(SessionEndCause.Revoked, Initiators.Admin, "test"), CancellationToken.None)).Count);
    }

    [Fact]
    public async Task A_handle_resolves_to_nothing_once_the_user_is_disabled()
    {
        await using var test = await TestInstallation.CreateAsync();
        var user = await test.AddUserAsync("alice");
        var handle = await HandleAsync(test, await test.SignInAsync(user));
        Assert.NotNull((await ResolveAsync(test, handle)).Session);

        await ChangeAsync(test, user, u => u.Disabled = true);

        Assert.Null((await ResolveAsync(test, handle)).Session);
    }

    [Fact]
    public async Task An_idle_session_ends_and_one_that_gateways_saw_in_use_does_not()
    {
        await using var test = await TestInstallation.CreateAsync(add: Sweeping);
        var idle = (await test.SignInAsync(await test.AddUserAsync("alice"))).Session;
        var used = (await test.SignInAsync(await test.AddUserAsync("bob"))).Session;
        test.Time.Advance(TimeSpan.FromHours(11));
        var use = new SessionUse { SessionId = used.Id, At = test.Time.GetUtcNow().ToTimestamp(), Address = "192.0.2.9" };
        test.Services.GetRequiredService<LastUses>().Report(new LastUse { Uses = { use } });
        test.Time.Advance(TimeSpan.FromHours(2));

        await test.Services.GetRequiredService<SessionSweeper>().SweepAsync(CancellationToken.None);

        Assert.Equal(SessionEndCause.Idle, (await FindAsync(test, idle.Id)).EndCause);
        Assert.Null((await FindAsync(test, used.Id)).Ended);
        Assert.Equal("192.0.2.9", (await FindAsync(test, used.Id)).LastAddress);
    }

    [Fact]
    public async Task A_session_that_was_idle_too_long_is_dead_at_its_next_use_and_a_late_use_does_not_bring_it_back()
    {
        await using var test = await TestInstallation.CreateAsync(add: Sweeping);
        var signedIn = await test.SignInAsync(await test.AddUserAsync("alice"));
        var handle = await HandleAsync(test, signedIn);
        test.Time.Advance(TimeSpan.FromHours(12) - TimeSpan.FromSeconds(1));
        Assert.NotNull((await ResolveAsync(test, handle)).Session);
        Assert.NotNull(await test.Sessions.FindByCookieAsync(signedIn.Cookie, CancellationToken.None));
        test.Time.Advance(TimeSpan.FromSeconds(1));

        // Nothing has swept: this is what a process sees that was down in between.
        Assert.Null((await ResolveAsync(test, handle)).Session);
        Assert.Null(await test.Sessions.FindByCookieAsync(signedIn.Cookie, CancellationToken.None));
        var use = new SessionUse { SessionId = signedIn.Session.Id, At = test.Time.GetUtcNow().ToTimestamp() };
        test.Services.GetRequiredService<LastUses>().Report(new LastUse { Uses = { use } });
        await test.Services.GetRequiredService<SessionSweeper>().SweepAsync(CancellationToken.None);
        Assert.Equal(SessionEndCause.Idle, (await FindAsync(test, signedIn.Session.Id)).EndCause);
    }

    [Fact]
    public async Task A_session_ends_at_its_absolute_limit_however_much_it_is_used()
    {
        await using var test = await TestInstallation.CreateAsync(add: Sweeping);
        var signedIn = await test.SignInAsync(await test.AddUserAsync("alice"));
        var handle = await HandleAsync(test, signedIn);
        test.Time.Advance(TimeSpan.FromDays(7));

        Assert.Null((await ResolveAsync(test, handle)).Session);
        Assert.Null(await test.Sessions.FindByCookieAsync(signedIn.Cookie, CancellationToken.None));
        await test.Services.GetRequiredService<SessionSweeper>().SweepAsync(CancellationToken.None);
        Assert.Equal(SessionEndCause.Expired, (await FindAsync(test, signedIn.Session.Id)).EndCause);
    }

    [Fact]
    public async Task The_database_holds_no_credential()
    {
        await using var test = await TestInstallation.CreateAsync();
        var signedIn = await test.SignInAsync(await test.AddUserAsync("alice"));
        var handle = await HandleAsync(test, signedIn);
        await using var db = test.Open();
        await db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)");

        var bytes = await File.ReadAllBytesAsync(test.Data.Database);

        Assert.Equal(-1, bytes.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(signedIn.Cookie)));
        Assert.Equal(-1, bytes.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(handle)));
        Assert.NotEqual(-1, bytes.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(signedIn.Session.Id)));
    }

    private static void Sweeping(IServiceCollection services) => services.AddSingleton<LastUses>().AddSingleton<SessionSweeper>();

    private static SignIn Proof(User user, int assurance, string method) =>
        new() { UserId = user.Id, Assurance = assurance, Methods = [method], SecurityEpoch = user.SecurityEpoch };

    private static async Task<string> HandleAsync(TestInstallation test, SignedIn signedIn)
    {
        var nonce = Credential.New();
        var code = await test.Codes.CreateAsync(signedIn.Session.Id, Host, Credential.Hash(nonce), CancellationToken.None);
        return (await test.Codes.RedeemAsync(code!, Host, nonce, CancellationToken.None))!.Handle;
    }

    private static Task<Resolved> ResolveAsync(TestInstallation test, string handle) =>
        test.Services.GetRequiredService<CredentialResolver>().ByHandleAsync(Credential.Hash(handle), CancellationToken.None);

    private static async Task<Session> FindAsync(TestInstallation test, string id)
    {
        await using var db = test.Open();
        return await db.Sessions.AsNoTracking().SingleAsync(s => s.Id == id);
    }

    private static async Task ChangeAsync(TestInstallation test, User user, Action<User> change)
    {
        await using var db = test.Open();
        change(await db.Users.SingleAsync(u => u.Id == user.Id));
        await db.SaveChangesAsync();
    }
}
