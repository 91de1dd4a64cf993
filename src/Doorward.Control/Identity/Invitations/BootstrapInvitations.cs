using System.Text.Json;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Groups;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Identity.Invitations;

/// <summary>The way in to a new installation: until an administrator can sign in, a link that makes one.</summary>
public sealed class BootstrapInvitations(IDbContextFactory<DoorwardDb> databases, InvitationLinks links, TimeProvider time)
{
    private const string FirstAdministrator = "admin";

    /// <summary>A link that enrols the first administrator; null when one can sign in already.</summary>
    public async Task<InvitationLink?> EnsureAsync(CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        if (await HasAdministratorAsync(db, cancel))
            return null;
        var user = await db.WriteAsync(stop => PlantAsync(db, stop), cancel);
        return await links.CreateAsync(user.Id, UserNames.Installation, cancel);
    }

    /// <summary>Whether anybody who is an administrator has a way to sign in.</summary>
    public async Task<bool> HasAdministratorAsync(CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await HasAdministratorAsync(db, cancel);
    }

    private static async Task<bool> HasAdministratorAsync(DoorwardDb db, CancellationToken cancel)
    {
        var names = new Nesting(await GroupDocuments.ReadAsync(db, cancel)).MembersOf(BuiltIns.Administrators);
        return await db.Users.AnyAsync(user => names.Contains(user.UserName!) && !user.Disabled
            && (user.PasswordHash != null || user.IdentityProvider != null || db.UserPasskeys.Any(passkey => passkey.UserId == user.Id)), cancel);
    }

    private async Task<User> PlantAsync(DoorwardDb db, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var normal = UserNames.Normalize(FirstAdministrator);
        var user = await db.Users.SingleOrDefaultAsync(person => person.NormalizedUserName == normal, cancel)
            ?? db.Users.Add(new User { UserName = FirstAdministrator, NormalizedUserName = normal, DisplayName = "First administrator", Created = now }).Entity;
        var group = await db.Resources.SingleOrDefaultAsync(resource => resource.Kind == ResourceKinds.Group && resource.Name == BuiltIns.Administrators, cancel)
            ?? db.Resources.Add(new ResourceDocument
            {
                Kind = ResourceKinds.Group,
                Name = BuiltIns.Administrators,
                Json = Write(new GroupSpec()),
                Created = now,
                Updated = now,
                UpdatedBy = "system",
            }).Entity;
        var spec = Read(group.Json);
        if (!spec.Members.Contains(FirstAdministrator, StringComparer.Ordinal))
        {
            group.Json = Write(spec with { Members = [.. spec.Members, FirstAdministrator] });
            group.Version++;
            (group.Updated, group.UpdatedBy) = (now, "system");
        }
        await db.SaveChangesAsync(cancel);
        return user;
    }

    private static GroupSpec Read(string json) => JsonSerializer.Deserialize<GroupSpec>(json, JsonSerializerOptions.Web)!;

    private static string Write(GroupSpec spec) => JsonSerializer.Serialize(spec, JsonSerializerOptions.Web);
}
