using System.Diagnostics.CodeAnalysis;

namespace Doorward.Cedar.Indexing;

/// <summary>
/// The policies of a set by what their scopes name, so that a request meets only those that can match it. Every policy stands under
/// the most telling part of its scope: an entity of the resource or the principal, else actions, else a type, else nothing. The
/// index only leaves out policies whose scope does not match; that those it finds match is still looked at.
/// </summary>
internal sealed class PolicyIndex
{
    // Below this a look at every scope is cheaper than gathering ancestors.
    private const int SmallSet = 8;

    private readonly Dictionary<EntityUid, List<int>> _byResource = [];
    private readonly Dictionary<EntityUid, List<int>> _byPrincipal = [];
    private readonly Dictionary<EntityUid, List<int>> _byAction = [];
    private readonly Dictionary<string, List<int>> _byResourceType = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<int>> _byPrincipalType = new(StringComparer.Ordinal);
    private readonly List<int> _rest = [];

    public PolicyIndex(Policy[] policies)
    {
        if (policies.Length < SmallSet) return;
        for (var i = 0; i < policies.Length; i++) Place(policies[i].Scope, i);
        IsUsed = _rest.Count < policies.Length;
    }

    public bool IsUsed { get; }

    /// <summary>The places in the set of all policies whose scope may match, in order and each once; false when all must be looked at.</summary>
    public bool TryFind(AuthorizationRequest request, IEntityStore entities, [NotNullWhen(true)] out List<int>? found)
    {
        found = null;
        if (!IsUsed || entities is not IAncestorSource source) return false;
        var places = new List<int>(_rest);
        if (!TryAdd(_byResource, request.Resource, source, places) || !TryAdd(_byPrincipal, request.Principal, source, places)) return false;
        if (!TryAdd(_byAction, request.Action, source, places)) return false;
        if (_byResourceType.TryGetValue(request.Resource.Type, out var typed)) places.AddRange(typed);
        if (_byPrincipalType.TryGetValue(request.Principal.Type, out typed)) places.AddRange(typed);
        places.Sort();
        found = places;
        var kept = 0;
        for (var i = 0; i < places.Count; i++)
            if (i == 0 || places[i] != places[i - 1]) places[kept++] = places[i];
        places.RemoveRange(kept, places.Count - kept);
        return true;
    }

    private static bool TryAdd(Dictionary<EntityUid, List<int>> policies, EntityUid uid, IAncestorSource source, List<int> places)
    {
        if (policies.Count == 0) return true;
        var above = new HashSet<EntityUid>();
        if (!source.TryAddAncestors(uid, above)) return false;
        above.Add(uid);
        foreach (var entity in above)
            if (policies.TryGetValue(entity, out var named)) places.AddRange(named);
        return true;
    }

    private void Place(Scope scope, int place)
    {
        if (scope.Resource.Reference is EntityReference.Literal resource) Add(_byResource, resource.Uid, place);
        else if (scope.Principal.Reference is EntityReference.Literal principal) Add(_byPrincipal, principal.Uid, place);
        else if (ActionsOf(scope.Action) is { } actions)
            foreach (var action in actions) Add(_byAction, action, place);
        else if (scope.Resource is EntityConstraint.Is resourceType) Add(_byResourceType, resourceType.EntityType, place);
        else if (scope.Principal is EntityConstraint.Is principalType) Add(_byPrincipalType, principalType.EntityType, place);
        else _rest.Add(place);
    }

    private static IReadOnlyList<EntityUid>? ActionsOf(ActionConstraint constraint) => constraint switch
    {
        ActionConstraint.Equal equal => [equal.Action],
        ActionConstraint.In group => [group.Action],
        ActionConstraint.InAny groups => groups.Actions,
        _ => null,
    };

    private static void Add<T>(Dictionary<T, List<int>> policies, T key, int place)
        where T : notnull
    {
        if (!policies.TryGetValue(key, out var list)) policies.Add(key, list = []);
        list.Add(place);
    }
}
