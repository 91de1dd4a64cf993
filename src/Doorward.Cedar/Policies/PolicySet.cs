using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Doorward.Cedar.Indexing;

namespace Doorward.Cedar;

/// <summary>
/// Policies and templates under different ids. A set never changes; adding and removing give a new one that shares what stays, so
/// a reader that holds a set always sees all of one publication.
/// </summary>
public sealed class PolicySet : IReadOnlyCollection<Policy>
{
    // By the order in which policies were added; one that replaces another takes its place.
    private readonly ImmutableSortedDictionary<long, Policy> _order;
    private readonly ImmutableDictionary<string, long> _places;
    private readonly ImmutableDictionary<string, Template> _templates;
    private readonly long _next;
    private Policy[]? _inOrder;
    private PolicyIndex? _index;

    private PolicySet(
        ImmutableSortedDictionary<long, Policy> order, ImmutableDictionary<string, long> places, ImmutableDictionary<string, Template> templates, long next) =>
        (_order, _places, _templates, _next) = (order, places, templates, next);

    /// <summary>The set without policies, which allows nothing.</summary>
    public static PolicySet Empty { get; } = new(
        ImmutableSortedDictionary<long, Policy>.Empty, ImmutableDictionary.Create<string, long>(StringComparer.Ordinal),
        ImmutableDictionary.Create<string, Template>(StringComparer.Ordinal), 0);

    /// <summary>How many policies there are; templates do not count.</summary>
    public int Count => _order.Count;

    /// <summary>The templates, in no particular order.</summary>
    public IEnumerable<Template> Templates => _templates.Values;

    // Made when it is first asked for: a set that only is on the way to another never needs it.
    internal PolicyIndex Index => _index ??= new PolicyIndex(InOrder);

    internal Policy[] InOrder => _inOrder ??= [.. _order.Values];

    /// <summary>Reads a text of any number of statements. Ids are <c>policy0</c>, <c>policy1</c> and so on.</summary>
    public static PolicySetReadResult Parse(string text, ParserOptions? options = null) => PolicyParser.ParsePolicySet(text, options);

    /// <summary>A set of these policies.</summary>
    /// <exception cref="ArgumentException">An id is there twice.</exception>
    public static PolicySet Create(IEnumerable<Policy> policies) => Create(policies, []);

    /// <summary>A set of these policies and templates.</summary>
    /// <exception cref="ArgumentException">An id is there twice.</exception>
    public static PolicySet Create(IEnumerable<Policy> policies, IEnumerable<Template> templates)
    {
        var order = Empty._order.ToBuilder();
        var places = Empty._places.ToBuilder();
        foreach (var policy in policies)
        {
            if (!places.TryAdd(policy.Id, places.Count)) throw Repeated(policy.Id);
            order.Add(order.Count, policy);
        }
        var templatesById = Empty._templates.ToBuilder();
        foreach (var template in templates)
            if (places.ContainsKey(template.Id) || !templatesById.TryAdd(template.Id, template)) throw Repeated(template.Id);
        return new PolicySet(order.ToImmutable(), places.ToImmutable(), templatesById.ToImmutable(), order.Count);
    }

    /// <summary>Finds a policy by id.</summary>
    public bool TryGet(string id, [NotNullWhen(true)] out Policy? policy)
    {
        policy = _places.TryGetValue(id, out var place) ? _order[place] : null;
        return policy is not null;
    }

    /// <summary>Finds a template by id.</summary>
    public bool TryGetTemplate(string id, [NotNullWhen(true)] out Template? template) => _templates.TryGetValue(id, out template);

    /// <summary>The set with one policy more, at the end.</summary>
    /// <exception cref="ArgumentException">The id is taken.</exception>
    public PolicySet Add(Policy policy) => IsTaken(policy.Id)
        ? throw Repeated(policy.Id)
        : new PolicySet(_order.Add(_next, policy), _places.Add(policy.Id, _next), _templates, _next + 1);

    /// <summary>The set with one template more.</summary>
    /// <exception cref="ArgumentException">The id is taken.</exception>
    public PolicySet Add(Template template) => IsTaken(template.Id)
        ? throw Repeated(template.Id)
        : new PolicySet(_order, _places, _templates.Add(template.Id, template), _next);

    /// <summary>The set without the policy or template of that id; the same set when there is none.</summary>
    public PolicySet Remove(string id)
    {
        if (_places.TryGetValue(id, out var place)) return new PolicySet(_order.Remove(place), _places.Remove(id), _templates, _next);
        return _templates.ContainsKey(id) ? new PolicySet(_order, _places, _templates.Remove(id), _next) : this;
    }

    /// <summary>The set with a policy in the place of the one with its id, or added when there is none.</summary>
    /// <exception cref="ArgumentException">The id is that of a template.</exception>
    public PolicySet Replace(Policy policy) => _places.TryGetValue(policy.Id, out var place)
        ? new PolicySet(_order.SetItem(place, policy), _places, _templates, _next)
        : Add(policy);

    /// <summary>The policies in the order in which they were added.</summary>
    public IEnumerator<Policy> GetEnumerator() => ((IEnumerable<Policy>)InOrder).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private bool IsTaken(string id) => _places.ContainsKey(id) || _templates.ContainsKey(id);

    private static ArgumentException Repeated(string id) => new($"There are two policies with the id \"{id}\".");
}
