using Doorward.Cedar.Compilation;
using Doorward.Cedar.Lexing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar;

/// <summary>Whether a condition demands or excludes.</summary>
public enum ConditionKind
{
    /// <summary>The body must be true.</summary>
    When,

    /// <summary>The body must be false.</summary>
    Unless,
}

/// <summary>A <c>when</c> or <c>unless</c> clause.</summary>
/// <param name="Kind">Which of the two.</param>
/// <param name="Body">The expression in braces.</param>
public sealed record Condition(ConditionKind Kind, Expression Body);

/// <summary>One statement of Cedar text: a policy, or a template with slots. Only the parser makes them.</summary>
public abstract class PolicyStatement
{
    private readonly SourceText _source;
    private readonly SourceSpan _span;

    private protected PolicyStatement(string id, PolicyParts parts)
    {
        Id = id;
        Effect = parts.Effect;
        Annotations = parts.Annotations;
        Scope = parts.Scope;
        Conditions = parts.Conditions;
        Parts = parts;
        (_source, _span) = (parts.Source, parts.Span);
    }

    /// <summary>The name that decisions and errors give it. An <c>@id</c> annotation is not it by itself.</summary>
    public string Id { get; }

    /// <summary>Permit or forbid.</summary>
    public Effect Effect { get; }

    /// <summary>The annotations, such as <c>@explain("...")</c>. They never change a decision.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; }

    /// <summary>The constraints on principal, action and resource.</summary>
    public Scope Scope { get; }

    /// <summary>All clauses; every one must hold.</summary>
    public IReadOnlyList<Condition> Conditions { get; }

    /// <summary>Where the statement stands in the text it was read from.</summary>
    public SourceLocation Location => _source.Locate(_span);

    /// <summary>Where the scope speaks of the principal.</summary>
    public SourceLocation PrincipalLocation => Locate(Parts.Spans.Principal);

    /// <summary>Where the scope speaks of the resource.</summary>
    public SourceLocation ResourceLocation => Locate(Parts.Spans.Resource);

    internal PolicyParts Parts { get; }

    /// <summary>The statement as it was written, comments inside included; that of a link with its slots filled, of a residual with what is left.</summary>
    public sealed override string ToString() => this is Policy { Link: not null } || Parts.IsReduced
        ? StatementWriter.Write(Effect, Annotations, Scope, Conditions)
        : _source.Text.Substring(_span.Start, _span.Length);

    internal SourceLocation Locate(SourceSpan span) => _source.Locate(span);
}

/// <summary>What the parser read of one statement.</summary>
internal sealed record PolicyParts(
    Effect Effect, IReadOnlyDictionary<string, string> Annotations, Scope Scope, IReadOnlyList<Condition> Conditions,
    SourceText Source, SourceSpan Span)
{
    /// <summary>Where the constraints of the scope stand.</summary>
    public ScopeSpans Spans { get; init; }

    /// <summary>The conditions made ready, shared by all links of a template.</summary>
    public CompiledConditions Compiled { get; init; } = new();

    /// <summary>Whether it says less than the text it was read from, of which settled parts are left out.</summary>
    public bool IsReduced { get; init; }

    /// <summary>The slots that the scope leaves open.</summary>
    public IReadOnlyList<Slot> Slots =>
    [
        .. new[] { Scope.Principal, Scope.Resource }
            .Select(constraint => constraint.Reference).OfType<EntityReference.Placeholder>().Select(placeholder => placeholder.Slot),
    ];
}

/// <summary>Where the constraints of a scope stand.</summary>
internal readonly record struct ScopeSpans(SourceSpan Principal, SourceSpan Action, SourceSpan Resource);
