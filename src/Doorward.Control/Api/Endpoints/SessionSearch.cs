using Doorward.Control.Feeds;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Api.Endpoints;

/// <summary>What one writes into the field above the list of sessions: whose, from where, with what, on which machine, in what.</summary>
internal static class SessionSearch
{
    public static IQueryable<Session> Narrow(IQueryable<Session> sessions, DoorwardDb db, IReadOnlyList<LiveGrant> open, string text)
    {
        var (upper, lower, pattern) = (text.ToUpperInvariant(), text.ToLowerInvariant(), LikePattern.Containing(text));
        var inUse = open.Where(g => g.Grant.Application.Contains(text, StringComparison.OrdinalIgnoreCase)).Select(static g => g.Grant.SessionId).Distinct(StringComparer.Ordinal).ToList();
        return sessions.Where(s => s.Id == text || s.LastAddress!.StartsWith(text) || s.Kind == lower || s.Methods.Contains(lower)
            || EF.Functions.Like(s.UserAgent!, pattern, LikePattern.Escape) || EF.Functions.Like(s.IdentityProvider!, pattern, LikePattern.Escape)
            || inUse.Contains(s.Id) || s.DeviceId == text || db.Devices.Any(d => d.Id == s.DeviceId && d.NormalizedName.Contains(upper))
            || db.Users.Any(u => u.Id == s.UserId && u.NormalizedUserName!.Contains(upper)));
    }
}
