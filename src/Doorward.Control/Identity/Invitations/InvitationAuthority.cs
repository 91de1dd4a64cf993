using Doorward.Control.Resources.Groups;
using Doorward.Control.Roles;
using Doorward.Control.Storage;
using Doorward.Core.Evidences;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Identity.Invitations;

/// <summary>
/// Whether whoever made an invitation might still make it. A link is worth as much as the account it opens: one that the
/// help desk made for somebody must not open the administrator that somebody has become since.
/// </summary>
internal static class InvitationAuthority
{
    // The console lets nobody invite with less; how its maker was signed in at the time is not kept.
    private const int Assurance = 2;
    private static readonly RolePolicies Roles = new();

    internal static async Task<bool> HoldsAsync(DoorwardDb db, string createdBy, User invited, CancellationToken ct)
    {
        if (createdBy is UserNames.Owner or UserNames.Installation) return true;
        if (await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.UserName == createdBy && !u.Disabled, ct) is not { } maker) return false;
        var nesting = new Nesting(await GroupDocuments.ReadAsync(db, ct));
        var principal = new ApiPrincipal
        {
            Type = maker.Kind == SubjectKind.Service ? "Service" : "User",
            Name = createdBy,
            Groups = nesting.GroupsOf(createdBy),
            Assurance = Assurance,
        };
        return Roles.Allows(principal, ApiAction.Invite, new ApiTarget(invited.UserName!, nesting.GroupsOf(invited.UserName!)));
    }
}
