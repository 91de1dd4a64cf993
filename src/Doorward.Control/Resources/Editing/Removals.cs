using Doorward.Control.Policies;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Resources.Editing;

/// <summary>Who wants a resource gone, and how much.</summary>
internal enum Removal
{
    /// <summary>Somebody named it.</summary>
    Asked,

    /// <summary>Somebody named it and knows what still names it.</summary>
    Forced,

    /// <summary>An apply no longer has it.</summary>
    Pruned,
}

/// <summary>
/// What still names a resource that goes away. An application or a person that is gone opens nothing, so that is only said. A
/// group or a network is different: a forbid that names it would forbid nothing any more, so it stays until that is meant.
/// </summary>
internal static class Removals
{
    private const int MostNames = 5;

    public static async Task CheckAsync(DoorwardDb db, World world, ResourceKey key, Removal how, Findings findings, CancellationToken ct)
    {
        if (key.Kind == ResourceKinds.Connector) RefuseUnderApplications(world, key, findings);
        if (key.Kind == ResourceKinds.IdentityProvider) await WarnOfPeopleAsync(db, key, findings, ct);
        var policies = world.Policies.Values.Where(policy => PolicyMentions.Names(policy, key)).Select(static policy => policy.Id).Order(StringComparer.Ordinal).ToList();
        if (policies.Count == 0) return;
        // Said of what a dry run would delete too.
        var message = $"{Listed(policies)} it";
        if (key.Kind is not (ResourceKinds.Group or ResourceKinds.Network) || how == Removal.Forced)
            findings.Warn(key, new ResourceError { Message = $"{message} still" });
        else
            findings.Add(key, new ResourceError { Message = message, Fix = how == Removal.Pruned ? "keep it in the documents, or change what names it" : "change that first, or delete it all the same with --force" });
    }

    private static async Task WarnOfPeopleAsync(DoorwardDb db, ResourceKey key, Findings findings, CancellationToken ct)
    {
        var people = await db.Users.CountAsync(u => u.IdentityProvider == key.Name, ct);
        if (people > 0) findings.Warn(key, new ResourceError { Message = $"without it, {Counted.Of(people, "person who signs", "people who sign")} in there cannot any more" });
    }

    private static void RefuseUnderApplications(World world, ResourceKey key, Findings findings)
    {
        var applications = world.Applications.Values.Where(application => application.Connector == key.Name).Select(static application => application.Name).Order(StringComparer.Ordinal).ToList();
        if (applications.Count > 0)
            findings.Add(key, new ResourceError { Message = $"{Listed(applications, "application", "applications")} it", Fix = "delete them first, or name another connector in them" });
    }

    private static string Listed(List<string> names, string one = "policy", string many = "policies")
    {
        var named = string.Join(", ", names.Take(MostNames));
        var rest = names.Count > MostNames ? $" and {names.Count - MostNames} more" : "";
        return names.Count == 1 ? $"{one} {named} names" : $"{many} {named}{rest} name";
    }
}
