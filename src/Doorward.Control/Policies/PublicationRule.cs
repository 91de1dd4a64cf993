using Doorward.Control.Resources;
using Doorward.Control.Resources.Editing;

namespace Doorward.Control.Policies;

/// <summary>Nothing is published beside a policy that does not validate, except what mends such policies and what takes policies away.</summary>
internal static class PublicationRule
{
    /// <param name="world">All policies as they would be.</param>
    /// <param name="published">The policies that the edit creates or changes, each with what it was before.</param>
    public static void Check(World world, IReadOnlyList<(string Name, PolicySpec? Before)> published, Findings findings)
    {
        if (world.Invalid.Count == 0 || published.All(static policy => policy.Before is { } before && !RememberedChecks.Of(policy.Name, before.Cedar).IsValid)) return;
        foreach (var (name, error) in world.Invalid)
        {
            findings.Add(new ResourceKey(PolicyKind.Name, name), new ResourceError
            {
                Field = "cedar",
                Message = $"it is in force from before and does not validate: {error.Message}",
                Line = error.Location.Line,
                Column = error.Location.Column,
                Expected = error.Expected,
                Fix = $"{(error.Hint is null ? "" : error.Hint + " ")}Mend or delete it first, or in the same apply.",
            });
        }
    }
}
