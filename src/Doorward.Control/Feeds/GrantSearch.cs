using Doorward.Control.Storage;
using Doorward.Core.Protocol;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Feeds;

/// <summary>Finds live grants. They are in memory; only the names of people are asked of the database, and only when somebody looks for one.</summary>
internal sealed class GrantSearch(LiveGrants grants, IDbContextFactory<DoorwardDb> databases)
{
    public async Task<IEnumerable<LiveGrant>> FindAsync(GrantFilter filter, CancellationToken ct)
    {
        var text = string.IsNullOrWhiteSpace(filter.Search) ? null : filter.Search.Trim();
        var (person, found) = filter.User is null && text is null ? (null, []) : await SubjectsAsync(filter.User, text, ct);
        if (filter.User is not null && person is null) return [];
        return grants.List().Where(live =>
            (filter.User is null || live.Grant.SubjectId == person)
            && (filter.Application is null || live.Grant.Application == filter.Application)
            && (filter.Session is null || live.Grant.SessionId == filter.Session)
            && (filter.Gateway is null || live.Gateway == filter.Gateway)
            && (text is null || found.Contains(live.Grant.SubjectId) || Holds(live, text)));
    }

    private async Task<(string? Exact, HashSet<string> Found)> SubjectsAsync(string? user, string? text, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var exact = user is null ? null : await db.Users.Where(u => u.UserName == user).Select(static u => u.Id).SingleOrDefaultAsync(ct);
        if (text is null) return (exact, []);
        var part = text.ToUpperInvariant();
        return (exact, [.. await db.Users.Where(u => u.NormalizedUserName!.Contains(part)).Select(static u => u.Id).ToListAsync(ct)]);
    }

    private static bool Holds(LiveGrant live, string text) =>
        Holds(live.Grant.Application, text) || Holds(live.Grant.Address, text) || Holds(live.Gateway, text)
        || live.Grant.Id == text || live.Grant.SessionId == text
        || live.Grant.Connections.Any(connection => Holds(connection, text));

    private static bool Holds(ConnectionState connection, string text) =>
        Holds(connection.Path, text) || Holds(connection.Kind, text) || Holds(connection.Method, text) || Holds(connection.Address, text) || connection.Id == text;

    private static bool Holds(string whole, string part) => whole.Contains(part, StringComparison.OrdinalIgnoreCase);
}
