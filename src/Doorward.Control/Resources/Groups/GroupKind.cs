using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Control.Resources.Editing;
using Doorward.Control.Resources.Specs;
using Doorward.Control.Storage;
using Doorward.Core.Applications;

namespace Doorward.Control.Resources.Groups;

/// <summary>Named sets of users, nested without cycles.</summary>
internal sealed class GroupKind : DocumentKind<GroupSpec>
{
    public override string Kind => ResourceKinds.Group;

    public override string Plural => "groups";

    public override bool RefersToOthers => true;

    protected override GroupSpec ReadSpec(SpecReading reading)
    {
        var stored = reading.StoredAs<GroupSpec>() ?? new GroupSpec();
        var spec = new GroupSpec
        {
            Members = Names(reading.Spec, "members", stored.Members),
            Groups = Names(reading.Spec, "groups", stored.Groups),
            Federated = stored.Federated,
        };
        reading.Spec.End();
        return spec;
    }

    protected override JsonObject WriteSpec(GroupSpec spec) =>
        new SpecWriter().List("members", spec.Members).List("groups", spec.Groups).Spec;

    protected override GroupSpec FromJson(string json) => JsonSerializer.Deserialize<GroupSpec>(json, JsonSerializerOptions.Web)!;

    protected override string ToJson(GroupSpec spec) => JsonSerializer.Serialize(spec, JsonSerializerOptions.Web);

    protected override void CheckSpec(World world, ResourceKey key, GroupSpec spec, Findings findings)
    {
        foreach (var member in spec.Members.Where(member => !world.HasUser(member)))
        {
            findings.Add(key, "members", $"there is no user {member}", $"add a User document named {member}, or remove it here");
        }

        foreach (var group in spec.Groups.Where(group => !world.Groups.ContainsKey(group)))
        {
            findings.Add(key, "groups", $"there is no group {group}", $"add a Group document named {group}, or remove it here");
        }

        if (world.Nesting.FindCycle(key.Name) is { } cycle)
        {
            findings.Add(key, "groups", $"the group contains itself: {string.Join(" > ", cycle)}", "remove one of these steps");
        }
    }

    // A document that does not speak of them leaves them as they are: who keeps the door's files need not keep the list of people.
    // `members:` with nothing behind it says that there are none. Order has no meaning in a set; sorting makes equal sets equal documents.
    private static IReadOnlyList<string> Names(SpecReader spec, string field, IReadOnlyList<string> stored)
    {
        var names = spec.Texts(field);
        if (!spec.Says(field)) return stored;
        foreach (var name in names.Where(static name => !ResourceName.IsValid(name)))
        {
            spec.Fail(field, $"'{Shown.Text(name)}' is not a name", ResourceName.Fix);
        }

        return [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }
}
