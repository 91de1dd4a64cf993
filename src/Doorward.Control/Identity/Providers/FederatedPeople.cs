using System.Text.Json;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Resources;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Doorward.Core.Identifiers;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Identity.Providers;

/// <summary>
/// Turns what a provider says into a subject of ours. Keyed by (issuer, sub) and by nothing else: an address or a name
/// that a provider claims never reaches somebody else's subject. Their names end in <c>@provider</c>, so that nobody can
/// come in under a name that a group or a policy means for another.
/// </summary>
public sealed class FederatedPeople(IDbContextFactory<DoorwardDb> databases, TimeProvider time)
{
    private const string UserKind = "User";

    /// <summary>Null when the person is disabled here, or is not known and may not become so.</summary>
    public async Task<SignInProgress?> RecogniseAsync(UpstreamProvider provider, UpstreamPerson person, CancellationToken cancel)
    {
        await using var db = await databases.CreateDbContextAsync(cancel);
        return await db.WriteAsync(async stop =>
        {
            var key = $"{person.Issuer} {person.Subject}";
            var user = await db.Users.SingleOrDefaultAsync(known => known.IdentityProvider == provider.Name && known.ExternalSubject == key, stop);
            if (user is null && !provider.Spec.CreateUsers)
                return null;
            user ??= await AddAsync(db, provider.Name, key, person, stop);
            if (user.Disabled)
                return null;
            user.Email = Fits(person.Email, 254) ?? user.Email;
            user.NormalizedEmail = user.Email?.Normalize().ToUpperInvariant();
            user.DisplayName = Fits(person.DisplayName, 128) ?? user.DisplayName;
            await JoinAsync(db, provider, user.UserName!, person.Groups, stop);
            await db.SaveChangesAsync(stop);
            return new SignInProgress
            {
                UserId = user.Id,
                Methods = person.Assurance >= 2 ? ["fed", "mfa"] : ["fed"],
                Assurance = person.Assurance,
                At = person.Authenticated,
                SecurityEpoch = user.SecurityEpoch,
                IdentityProvider = provider.Name,
            };
        }, cancel);
    }

    private async Task<User> AddAsync(DoorwardDb db, string provider, string key, UpstreamPerson person, CancellationToken cancel)
    {
        var name = await FreeNameAsync(db, provider, person, cancel);
        return db.Users.Add(new User
        {
            UserName = name,
            NormalizedUserName = UserNames.Normalize(name),
            IdentityProvider = provider,
            ExternalSubject = key,
            Created = time.GetUtcNow(),
        }).Entity;
    }

    private static async Task<string> FreeNameAsync(DoorwardDb db, string provider, UpstreamPerson person, CancellationToken cancel)
    {
        var plain = new string([.. (person.Name ?? "").Split('@')[0].Where(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.')]).TrimStart('-', '_', '.');
        var room = ResourceName.MaxLength - provider.Length - 1;
        for (var attempt = 0; ; attempt++)
        {
            // A second person of the same name gets a few random letters, as does one whose name has none of ours.
            var first = plain.Length > 0 && attempt == 0 ? plain : $"{plain[..Math.Min(plain.Length, Math.Max(0, room - 8))]}{Identifier.New("x")[2..8]}";
            var name = $"{first[..Math.Min(first.Length, room)]}@{provider}";
            var normal = UserNames.Normalize(name);
            if (!await db.Users.AnyAsync(user => user.NormalizedUserName == normal, cancel)
                && !await db.RetiredNames.AnyAsync(retired => retired.Kind == UserKind && retired.Name == name, cancel))
                return name;
        }
    }

    // Exactly what the provider says today: whoever left a group there has left it here at the next sign-in.
    private async Task JoinAsync(DoorwardDb db, UpstreamProvider provider, string name, IReadOnlyList<string> theirs, CancellationToken cancel)
    {
        var ours = theirs.Select(group => provider.Spec.Groups.GetValueOrDefault(group)).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var document in await db.Resources.Where(resource => resource.Kind == ResourceKinds.Group).ToListAsync(cancel))
        {
            var group = JsonSerializer.Deserialize<GroupSpec>(document.Json, JsonSerializerOptions.Web)!;
            if (group.Federated.Contains(name, StringComparer.Ordinal) == ours.Contains(document.Name))
                continue;
            string[] members = ours.Contains(document.Name) ? [.. group.Federated, name] : [.. group.Federated.Where(member => member != name)];
            document.Json = JsonSerializer.Serialize(group with { Federated = members }, JsonSerializerOptions.Web);
            (document.Updated, document.UpdatedBy) = (time.GetUtcNow(), $"identity provider {provider.Name}");
        }
    }

    private static string? Fits(string? text, int longest) => text is { Length: > 0 } && text.Length <= longest && !text.Any(Shown.IsHidden) ? text : null;
}
