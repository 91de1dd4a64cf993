using System.Net;
using Doorward.Control.Identity;
using Doorward.Control.Identity.Invitations;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Console.Tests.Identity;

/// <summary>An account that comes back to its owner keeps nothing of who had it in between.</summary>
public sealed class RecoveredAccountTests : IAsyncLifetime
{
    private static readonly AttemptSource Owner = new(IPAddress.Parse("192.0.2.7"));
    private AuthHost host = null!;
    private User alice = null!;

    private Credentials Credentials => host.Services.GetRequiredService<Credentials>();

    public async ValueTask InitializeAsync()
    {
        host = await AuthHost.StartAsync();
        alice = await host.AddPersonAsync("alice");
        await InvadeAsync(alice);
        await InvadeAsync(await host.AddPersonAsync("bob"));
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData("replaced")]
    [InlineData("enrolled")]
    [InlineData("enrolled with a passkey")]
    [InlineData("removed")]
    public async Task Has_no_factor_left_that_was_there_before_it_was(string how)
    {
        await using (var db = host.OpenDb())
        {
            var now = await db.Users.AsNoTracking().SingleAsync(user => user.Id == alice.Id);
            var code = host.Code();
            Assert.Null(how switch
            {
                "replaced" => await Credentials.ImportAsync(alice.Id, "a new passphrase of many words", null, replace: true, "local", CancellationToken.None),
                "enrolled" => await Credentials.EnrolAsync(alice.Id, now.SecurityEpoch, "a new passphrase of many words", AuthHost.Secret, code, Owner, CancellationToken.None),
                "enrolled with a passkey" => await Credentials.EnrolAsync(db, now, now.SecurityEpoch, "passkey", Owner, user => db.UserPasskeys.Add(Passkey(user, 9)), CancellationToken.None),
                _ => await Credentials.RemoveAllAsync(alice.Id, "local", null, CancellationToken.None),
            });
        }

        await using var after = host.OpenDb();
        var passkeys = await after.UserPasskeys.Where(passkey => passkey.UserId == alice.Id).ToListAsync();
        Assert.Equal(how == "enrolled with a passkey" ? [9] : [], passkeys.Select(passkey => passkey.CredentialId[0]));
        Assert.Empty(await after.RecoveryCodes.Where(code => code.UserId == alice.Id).ToListAsync());
        Assert.Empty(await after.Invitations.Where(invitation => invitation.UserId == alice.Id).ToListAsync());
        var user = await after.Users.SingleAsync(user => user.Id == alice.Id);
        Assert.Equal(how is "replaced" or "enrolled", user.PasswordHash is not null);
        Assert.Equal(how is "replaced" or "enrolled", user.TotpSecretSealed is not null);
        Assert.Single(await after.UserPasskeys.Where(passkey => passkey.UserId != alice.Id).ToListAsync()); // bob's
        Assert.Single(await after.RecoveryCodes.Where(code => code.UserId != alice.Id).ToListAsync());
    }

    [Fact]
    public async Task Keeps_everything_when_credentials_are_refused()
    {
        Assert.NotNull(await Credentials.ImportAsync(alice.Id, "a new passphrase of many words", null, replace: false, "local", CancellationToken.None));
        await using var db = host.OpenDb();
        Assert.Equal(2, await db.UserPasskeys.CountAsync());
        Assert.Equal(2, await db.RecoveryCodes.CountAsync());
    }

    private async Task InvadeAsync(User user)
    {
        await host.Services.GetRequiredService<InvitationLinks>().CreateAsync(user.Id, "local", CancellationToken.None);
        await using var db = host.OpenDb();
        db.UserPasskeys.Add(Passkey(user, (byte)user.UserName![0]));
        db.RecoveryCodes.Add(new RecoveryCode { Id = $"rec_{user.UserName}", UserId = user.Id, Hash = "hash" });
        await db.SaveChangesAsync();
    }

    private static IdentityUserPasskey<string> Passkey(User user, byte id) => new()
    {
        UserId = user.Id,
        CredentialId = [id, 1, 2, 3],
        Data = new IdentityPasskeyData { PublicKey = [1], Name = "Stranger's", CreatedAt = DateTimeOffset.UnixEpoch, AttestationObject = [1], ClientDataJson = [1] },
    };
}
