using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Doorward.Core.Identifiers;
using Doorward.Core.Sessions;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Tokens;

/// <summary>Makes and ends tokens for scripts. The text is known once, to whoever asked for it; what is kept is its hash.</summary>
internal sealed class TokenIssuer(IDbContextFactory<DoorwardDb> databases, TimeProvider time)
{
    public const string Prefix = "dwt_";
    public const string Revoked = "revoked";
    public const string Unnamed = "script";
    public const int MostDays = 365;
    public const int MostApplications = 100;

    public async Task<TokenResult> CreateAsync(TokenRequest request, string actor, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.WriteAsync(async token =>
        {
            var user = await db.Users.SingleOrDefaultAsync(u => u.UserName == request.User && !u.Disabled, token);
            if (user is null) return new TokenResult.Refused("user", "there is no enabled user of that name", "add or enable the user first");
            var known = await db.Resources.Where(d => d.Kind == ResourceKinds.Application && request.Applications.Contains(d.Name))
                .Select(static d => d.Name).ToListAsync(token);
            if (request.Applications.Except(known, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
                return new TokenResult.Refused("applications", $"there is no application {Core.Applications.Shown.Text(unknown)}", "name applications that exist; console is the admin API");
            var taken = await LiveNamesAsync(db, user.Id, token);
            if (request.Name is { } wanted && taken.Contains(wanted))
            {
                return new TokenResult.Refused("name", $"{Core.Applications.Shown.Text(request.User)} has a live token {Core.Applications.Shown.Text(wanted)} already",
                    "choose another name, or revoke that one first");
            }

            var text = Prefix + Credential.New();
            var made = Make(request with { Name = request.Name ?? Free(taken) }, user, text, actor);
            db.Tokens.Add(made);
            await db.SaveChangesAsync(token);
            return (TokenResult)new TokenResult.Made(made, text);
        }, ct);
    }

    /// <summary>Ends a token and its session, for every use; null when there is none, or it has ended.</summary>
    public async Task<long?> RevokeAsync(string id, string actor, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.WriteAsync(async token =>
        {
            var found = await db.Tokens.Include(t => t.Session).SingleOrDefaultAsync(t => t.Id == id && t.Ended == null, token);
            if (found is null) return (long?)null;
            found.Ended = time.GetUtcNow();
            found.EndReason = Revoked;
            SessionEndings.End(found.Session!, found.Ended.Value, new SessionEnding(SessionEndCause.TokenRevoked, Initiators.Admin, By: actor));
            await db.SaveChangesAsync(token);
            return db.LastRevision;
        }, ct);
    }

    // Which is which must show in the list, when one of them has to go.
    private async Task<HashSet<string>> LiveNamesAsync(DoorwardDb db, string userId, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return await db.Tokens.Where(t => t.UserId == userId && t.Ended == null && t.Expires > now && t.Session!.Ended == null && t.Session.Kind == SessionKinds.Token)
            .Select(static t => t.Name).ToHashSetAsync(StringComparer.Ordinal, ct);
    }

    private static string Free(HashSet<string> taken) =>
        Enumerable.Range(1, taken.Count + 1).Select(static number => number == 1 ? Unnamed : $"{Unnamed}-{number}").First(name => !taken.Contains(name));

    private Token Make(TokenRequest request, User user, string text, string actor)
    {
        var now = time.GetUtcNow();
        var session = new Session
        {
            UserId = user.Id,
            Kind = SessionKinds.Token,
            Assurance = 1,
            Methods = ["token"],
            Created = now,
            Authenticated = now,
            Expires = now + request.Lifetime,
            LastUse = now,
            SecurityEpoch = user.SecurityEpoch,
        };
        return new Token
        {
            Id = Identifier.New("tok"),
            Name = request.Name ?? Unnamed,
            Hash = Credential.Hash(text),
            UserId = user.Id,
            SessionId = session.Id,
            Session = session,
            Applications = [.. request.Applications.Distinct(StringComparer.Ordinal)],
            CreatedBy = actor,
            Created = now,
            Expires = now + request.Lifetime,
        };
    }
}

/// <summary>What a token is asked for. The applications are all it will open; without a name it gets the first that its owner has free.</summary>
internal sealed record TokenRequest(string User, string? Name, IReadOnlyList<string> Applications, TimeSpan Lifetime);

internal abstract record TokenResult
{
    private TokenResult()
    {
    }

    public sealed record Made(Token Token, string Text) : TokenResult
    {
        // A record prints its members, and the text must never reach a log.
        public override string ToString() => nameof(Made);
    }

    public sealed record Refused(string Field, string Message, string Fix) : TokenResult;
}
