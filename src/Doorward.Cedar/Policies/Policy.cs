using Doorward.Cedar.Compilation;

namespace Doorward.Cedar;

/// <summary>A policy that can be evaluated: a permit or forbid without open slots.</summary>
public sealed class Policy : PolicyStatement
{
    private PolicyFacts? _facts;
    private CompiledPolicy? _compiled;

    internal Policy(string id, PolicyParts parts)
        : base(id, parts)
    {
    }

    /// <summary>The template that the policy comes from; null when it was written as a policy.</summary>
    public PolicyLink? Link { get; internal init; }

    /// <summary>What the policy reads of the context.</summary>
    public PolicyFacts Facts => _facts ??= PolicyFacts.Of(this);

    /// <summary>The attribute paths beginning at <c>context</c>; see <see cref="PolicyFacts.ContextPaths"/>.</summary>
    public IReadOnlySet<string> ContextPaths => Facts.ContextPaths;

    // Made when first asked for, and kept: most policies stay when a set is published anew.
    internal CompiledPolicy Compiled => _compiled ??= new CompiledPolicy(this);

    /// <summary>The same policy under another id.</summary>
    public Policy WithId(string id) => new(id, Parts) { Link = Link };

    /// <summary>What is left of the policy when parts of it are settled; errors stay where they stand in its text.</summary>
    internal Policy Reduce(Scope scope, IReadOnlyList<Condition> conditions) =>
        new(Id, Parts with { Scope = scope, Conditions = conditions, Compiled = new(), IsReduced = true });

    /// <summary>Reads one policy; see <see cref="PolicyParser.ParsePolicy"/>.</summary>
    public static PolicyReadResult Parse(string id, string text, ParserOptions? options = null) =>
        PolicyParser.ParsePolicy(id, text, options);
}
