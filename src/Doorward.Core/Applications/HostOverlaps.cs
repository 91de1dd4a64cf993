namespace Doorward.Core.Applications;

/// <summary>Hosts that two applications claim: a request must never have two doors to choose from.</summary>
public static class HostOverlaps
{
    /// <summary>The first conflict of each host of <paramref name="application"/> with another application's.</summary>
    public static IEnumerable<RuleViolation> Find(ApplicationDefinition application, IEnumerable<ApplicationDefinition> all)
    {
        var others = all.Where(other => other.Name != application.Name).ToList();
        for (var i = 0; i < application.Hosts.Length; i++)
        {
            var host = application.Hosts[i];
            foreach (var other in others)
            {
                var taken = other.Hosts.FirstOrDefault(candidate => Conflicts(host, candidate));
                if (taken is null) continue;
                yield return new($"hosts[{i}]",
                    taken == host ? $"{host} belongs to application {other.Name}" : $"{host} overlaps {taken} of application {other.Name}",
                    "give each host to one application");
                break;
            }
        }
    }

    // An exact host inside another's wildcard is no conflict: exact names are looked up first, everywhere.
    private static bool Conflicts(string one, string other) =>
        one == other || (HostNames.IsWildcard(one) && HostNames.IsWildcard(other)
            && (HostNames.Covers(one, other[2..]) || HostNames.Covers(other, one[2..])));
}
