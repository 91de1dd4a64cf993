using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Doorward.Cedar;

/// <summary>
/// Policies and templates under different ids. A set never changes; adding and removing give a new one that shares what stays, so
/// a reader that holds a set always sees all of one publication.
/// </summary>
public sealed class PolicySet : IReadOnlyCollection<Policy>
{
    private readonly ImmutableList<string> _order;
    private readonly ImmutableDictionary<string, Policy> _policies;
    private readonly ImmutableDictionary<string, Template> _templates;

    private PolicySet(
        ImmutableList<string> order, ImmutableDictionary<string, Policy> policies, ImmutableDictionary<string, Template> templates)
    {
        (_order, _policies, _templates) = (order, policies, templates);
        InOrder = [.. order.Select(id => policies[id])];
    }

    /// <summary>The set without policies, which allows nothing.</summary>
    public static PolicySet Empty { get; } = new([], ImmutableDictionary.Create<string, Policy>(StringComparer.Ordinal),
        ImmutableDictionary.Create<string, Template>(StringComparer.Ordinal));

    /// <summary>How many policies there are; templates do not count.</summary>
    public int Count => InOrder.Length;

    /// <summary>The templates, in no particular order.</summary>
    public IEnumerable<Template> Templates => _templates.Values;

    internal ImmutableArray<Policy> InOrder { get; }

    /// <summary>Reads a text of any number of statements. Ids are <c>policy0</c>, <c>policy1</c> and so on.</summary>
    public static PolicySetReadResult Parse(string text, ParserOptions? options = null) => PolicyParser.ParsePolicySet(text, options);

    /// <summary>A set of these policies.</summary>
    /// <exception cref="ArgumentException">An id is there twice.</exception>
    public static PolicySet Create(IEnumerable<Policy> policies) => Create(policies, []);

    /// <summary>A set of these policies and templates.</summary>
    /// <exception cref="ArgumentException">An id is there twice.</exception>
    public static PolicySet Create(IEnumerable<Policy> policies, IEnumerable<Template> templates)
    {
        var order = ImmutableList.CreateBuilder<string>();
        var byId = Empty._policies.ToBuilder();
        foreach (var policy in policies)
        {
            if (!byId.TryAdd(policy.Id, policy)) throw Repeated(policy.Id);
            order.Add(policy.Id);
        }
        var templatesById = Empty._templates.ToBuilder();
        foreach (var template in templates)
            if (byId.ContainsKey(template.Id) || !templatesById.TryAdd(template.Id, template)) throw Repeated(template.Id);
        return new PolicySet(order.ToImmutable(), byId.ToImmutable(), templatesById.ToImmutable());
    }

    /// <summary>Finds a policy by id.</summary>
    public bool TryGet(string id, [NotNullWhen(true)] out Policy? policy) => _policies.TryGetValue(id, out policy);

    /// <summary>Finds a template by id.</summary>
    public bool TryGetTemplate(string id, [NotNullWhen(true)] out Template? template) => _templates.TryGetValue(id, out template);

    /// <summary>The set with one policy more, at the end.</summary>
    /// <exception cref="ArgumentException">The id is taken.</exception>
    public PolicySet Add(Policy policy) => _policies.ContainsKey(policy.Id) || _templates.ContainsKey(policy.Id)
        ? throw Repeated(policy.Id)
        : new PolicySet(_order.Add(policy.Id), _policies.Add(policy.Id, policy), _templates);

    /// <summary>The set with one template more.</summary>
    /// <exception cref="ArgumentException">The id is taken.</exception>
    public PolicySet Add(Template template) => _policies.ContainsKey(template.Id) || _templates.ContainsKey(template.Id)
        ? throw Repeated(template.Id)
        : new PolicySet(_order, _policies, _templates.Add(template.Id, template));

    /// <summary>The set without the policy or template of that id; the same set when there is none.</summary>
    public PolicySet Remove(string id)
    {
        if (_policies.ContainsKey(id)) return new PolicySet(_order.Remove(id), _policies.Remove(id), _templates);
        return _templates.ContainsKey(id) ? new PolicySet(_order, _policies, _templates.Remove(id)) : this;
    }

    /// <summary>The set with a policy in the place of the one with its id, or added when there is none.</summary>
    /// <exception cref="ArgumentException">The id is that of a template.</exception>
    public PolicySet Replace(Policy policy) => _policies.ContainsKey(policy.Id)
        ? new PolicySet(_order, _policies.SetItem(policy.Id, policy), _templates)
        : Add(policy);

    /// <summary>The policies in the order in which they were added.</summary>
    public IEnumerator<Policy> GetEnumerator() => ((IEnumerable<Policy>)InOrder).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static ArgumentException Repeated(string id) => new($"There are two policies with the id \"{id}\".");
}
