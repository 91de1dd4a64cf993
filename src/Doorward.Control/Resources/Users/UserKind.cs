using System.Text.Json.Nodes;
using Doorward.Control.Identity;
using Doorward.Control.Resources.Editing;
using Doorward.Control.Resources.Specs;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Doorward.Core.Evidences;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Resources.Users;

/// <summary>People and service accounts.</summary>
internal sealed class UserKind : IResourceKind
{
    public const string Name = "User";
    private const int MaxEmail = 254;

    public string Kind => Name;

    public string Plural => "users";

    public bool IgnoresCase => true;

    public object Read(SpecReading reading)
    {
        var fields = reading.Spec;
        var spec = new UserSpec
        {
            Email = fields.Text("email", MaxEmail),
            DisplayName = fields.Text("displayName", 128),
            Disabled = fields.Flag("disabled"),
            TimeZone = fields.Text("timeZone", 64),
            Service = fields.Flag("service"),
        };
        fields.End();
        if (spec.Email is { } email && !IsEmail(email)) fields.Fail("email", $"'{Shown.Text(email)}' is not an e-mail address", "write it as name@host");
        if (spec.DisplayName is { } shown && shown.Any(Shown.IsHidden))
            fields.Fail("displayName", "has characters that do not show", "remove control and direction characters");
        if (spec.TimeZone is { } zone && !IsTimeZone(zone))
            fields.Fail("timeZone", $"'{Shown.Text(zone)}' is not a time zone", "write an IANA name such as Europe/Berlin or Etc/UTC");
        if (reading.StoredAs<UserSpec>() is { } stored && stored.Service != spec.Service)
            fields.Fail("service", "a person cannot become a service account, nor the other way", "use another name");
        return spec;
    }

    public JsonObject Write(object spec)
    {
        var user = (UserSpec)spec;
        return new SpecWriter()
            .Text("email", user.Email)
            .Text("displayName", user.DisplayName)
            .Flag("disabled", user.Disabled)
            .Text("timeZone", user.TimeZone)
            .Flag("service", user.Service)
            .Spec;
    }

    public bool Same(object one, object other) => one.Equals(other);

    public async Task<Resource?> FindAsync(DoorwardDb db, string name, CancellationToken ct) =>
        await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.UserName == name, ct) is { } user ? Load(user) : null;

    public async Task<IReadOnlyList<Resource>> ListAsync(DoorwardDb db, string after, int limit, CancellationToken ct)
    {
        var users = await db.Users.AsNoTracking()
            .Where(u => u.UserName!.CompareTo(after) > 0)
            .OrderBy(u => u.UserName)
            .Take(limit)
            .ToListAsync(ct);
        return users.ConvertAll(Load);
    }

    public async Task<IReadOnlyList<Resource>> SearchAsync(DoorwardDb db, string text, string after, int limit, CancellationToken ct)
    {
        var users = await PeopleSearch.Found(db.Users.AsNoTracking(), text)
            .Where(u => u.UserName!.CompareTo(after) > 0)
            .OrderBy(u => u.UserName)
            .Take(limit)
            .ToListAsync(ct);
        return users.ConvertAll(Load);
    }

    public async Task PutAsync(Edit edit, string name, object spec, Resource? stored, CancellationToken ct)
    {
        var user = stored is null ? null : await edit.Db.Users.SingleAsync(u => u.UserName == name, ct);
        if (user is null)
        {
            user = new User { UserName = name, NormalizedUserName = Normalize(name), Created = edit.Now };
            edit.Db.Users.Add(user);
        }

        Apply((UserSpec)spec, user);
        user.Managed = edit.Managed;
        if (stored is not null) user.Version++;
    }

    public Task DeleteAsync(Edit edit, Resource stored, CancellationToken ct) => UserRemoval.RemoveAsync(edit, stored.Name, ct);

    public async Task<ResourceError?> RefuseNameAsync(DoorwardDb db, string name, CancellationToken ct)
    {
        if (UserNames.IsOwn(name)) return Taken("resources and records name Doorward itself and the owner of the machine so");
        if (await db.RetiredNames.AnyAsync(r => r.Kind == Name && r.Name == name, ct))
            return Taken("the name belonged to somebody who was deleted, and names are never given again");
        var normalized = Normalize(name);
        var twin = await db.Users.Where(u => u.NormalizedUserName == normalized).Select(static u => u.UserName).SingleOrDefaultAsync(ct);
        return twin is null ? null : Taken($"the name differs from {twin} only in upper and lower case");
    }

    public void Check(World world, Resource resource, Findings findings)
    {
    }

    /// <summary>How names and addresses compare: as ASP.NET Core Identity stores them.</summary>
    public static string Normalize(string text) => text.Normalize().ToUpperInvariant();

    private static ResourceError Taken(string message) => new() { Field = "name", Message = message, Fix = "choose another name" };

    private static void Apply(UserSpec spec, User user)
    {
        user.Kind = spec.Service ? SubjectKind.Service : SubjectKind.User;
        user.Email = spec.Email;
        user.NormalizedEmail = spec.Email is null ? null : Normalize(spec.Email);
        user.DisplayName = spec.DisplayName;
        user.TimeZone = spec.TimeZone;
        user.Disabled = spec.Disabled;
    }

    // Syntax beyond this is the mail server's to judge; what matters here is that nothing can be smuggled into a header.
    private static bool IsEmail(string text)
    {
        var at = text.LastIndexOf('@');
        return at > 0 && at < text.Length - 1 && text.All(static c => c > ' ' && !Shown.IsHidden(c) && c is not (',' or ';' or '<' or '>' or '"'));
    }

    private static bool IsTimeZone(string name) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && (zone.HasIanaId || name is "UTC");

    /// <summary>What an operator would say of a user; of nobody, the defaults.</summary>
    public static UserSpec SpecOf(User? user) => user is null ? new UserSpec() : new UserSpec
    {
        Email = user.Email,
        DisplayName = user.DisplayName,
        Disabled = user.Disabled,
        TimeZone = user.TimeZone,
        Service = user.Kind == SubjectKind.Service,
    };

    private Resource Load(User user) => new(Kind, user.UserName!, user.Version, SpecOf(user), System: false, user.Managed);
}
