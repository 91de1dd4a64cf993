using System.Text.Json;
using Doorward.Control.Resources.Groups;
using Doorward.Control.Roles;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Api;

/// <summary>Decides whether a call may do what it is about to do to whom, with groups as they are at this moment.</summary>
internal sealed class ApiAccess(IDbContextFactory<DoorwardDb> databases, RolePolicies roles)
{
    /// <summary>Whether the principal may do this to a person, or without one to the installation.</summary>
    public async Task<bool> AllowsAsync(ApiPrincipal principal, ApiAction action, string? person, CancellationToken ct)
    {
        if (person is null) return roles.Allows(principal, action);
        await using var db = await databases.CreateDbContextAsync(ct);
        var nesting = await ReadNestingAsync(db, ct);
        return roles.Allows(principal, action, new ApiTarget(person, nesting.GroupsOf(person)));
    }

    /// <summary>Whether the principal may do this to a person whose groups were read already.</summary>
    public bool Allows(ApiPrincipal principal, ApiAction action, ApiTarget person) => roles.Allows(principal, action, person);

    /// <summary>Whether the principal may do this at all: help, for somebody without a role; else, for the installation.</summary>
    public bool AllowsForAnybody(ApiPrincipal principal, ApiAction action) => roles.Allows(principal, action, action.IsSupport() ? ApiTarget.Anybody : null);

    /// <summary>
    /// For handlers that learn only from the body whom the call is about: a problem that names the first for whom it is not allowed,
    /// or null. Null among the people is the installation. The groups are read once for all: a call may be about everybody.
    /// </summary>
    public async Task<ApiProblem?> DemandAsync(ApiCall call, IReadOnlyCollection<string?> people, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var nesting = await ReadNestingAsync(db, ct);
        foreach (var person in people)
        {
            var target = person is null ? null : new ApiTarget(person, nesting.GroupsOf(person));
            if (!roles.Allows(call.Principal, call.Act.Action, target)) return Refusal(call.Act, person);
        }

        return null;
    }

    public static ApiProblem Refusal(Act act, string? person) => ApiProblem.Forbidden(
        person is null ? $"Your roles do not allow {act.Action.Id()}." : $"Your roles do not allow {act.Action.Id()} for {person}.",
        "Ask an administrator.");

    internal static async Task<Nesting> ReadNestingAsync(DoorwardDb db, CancellationToken ct) => new(await ReadGroupsAsync(db, ct));

    internal static Task<Dictionary<string, GroupSpec>> ReadGroupsAsync(DoorwardDb db, CancellationToken ct) =>
        db.Resources.AsNoTracking().Where(static d => d.Kind == ResourceKinds.Group).ToDictionaryAsync(
            static d => d.Name, static d => JsonSerializer.Deserialize<GroupSpec>(d.Json, JsonSerializerOptions.Web)!, StringComparer.Ordinal, ct);
}
