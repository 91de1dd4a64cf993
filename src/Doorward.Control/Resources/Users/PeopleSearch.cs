using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Resources.Users;

/// <summary>Finds people by letters of their names and addresses, whatever their case.</summary>
internal static class PeopleSearch
{
    public static IQueryable<User> Found(IQueryable<User> people, string text)
    {
        var normalized = UserKind.Normalize(text);
        var pattern = LikePattern.Containing(text);
        return people.Where(u => u.NormalizedUserName!.Contains(normalized) || u.NormalizedEmail!.Contains(normalized)
            || EF.Functions.Like(u.DisplayName!, pattern, LikePattern.Escape));
    }
}
