using System.Collections.Concurrent;
using Doorward.Core.Policies;

namespace Doorward.Control.Policies;

/// <summary>Checks of policies, remembered by text: an edit looks at all policies in force, of which nearly all are as they were.</summary>
internal static class RememberedChecks
{
    private const int MostPolicies = 10_000;
    private const int LongestText = 4096;
    private static readonly ConcurrentDictionary<(string Name, string Cedar), PolicyCheck> Known = new();

    public static PolicyCheck Of(string name, string cedar)
    {
        if (Known.TryGetValue((name, cedar), out var known)) return known;
        var check = PolicyCheck.Of(name, cedar);
        if (cedar.Length > LongestText) return check;
        // Everything anew is dear once in ten thousand texts, and keeps the memory that anybody can fill bounded.
        if (Known.Count >= MostPolicies) Known.Clear();
        return Known[(name, cedar)] = check;
    }
}
