using System.Text.Json;
using Doorward.Control.Resources.Editing;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Resources.Users;

/// <summary>
/// Deletes a user: the name is retired for ever, because policies and records know people by it; memberships, tokens and
/// (by the storage) sessions end in the same transaction.
/// </summary>
internal static class UserRemoval
{
    public static async Task RemoveAsync(Edit edit, string name, CancellationToken ct)
    {
        var db = edit.Db;
        var user = await db.Users.SingleAsync(u => u.UserName == name, ct);
        await LeaveGroupsAsync(edit, name, ct);
        foreach (var token in await db.Tokens.Where(t => t.UserId == user.Id && t.Ended == null).ToListAsync(ct))
        {
            token.Ended = edit.Now;
            token.EndReason = "subject-deleted";
        }

        db.RetiredNames.Add(new RetiredName { Kind = UserKind.Name, Name = name, Retired = edit.Now });
        db.Users.Remove(user);
    }

    private static async Task LeaveGroupsAsync(Edit edit, string name, CancellationToken ct)
    {
        foreach (var document in await edit.Db.Resources.Where(d => d.Kind == ResourceKinds.Group).ToListAsync(ct))
        {
            var spec = JsonSerializer.Deserialize<GroupSpec>(document.Json, JsonSerializerOptions.Web)!;
            if (!spec.Members.Contains(name, StringComparer.Ordinal)) continue;
            var rest = spec with { Members = [.. spec.Members.Where(member => member != name)] };
            document.Json = JsonSerializer.Serialize(rest, JsonSerializerOptions.Web);
            document.Version++;
            document.Updated = edit.Now;
            document.UpdatedBy = edit.Actor;
        }
    }
}
