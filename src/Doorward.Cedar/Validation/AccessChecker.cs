using System.Collections.Immutable;
using Doorward.Cedar.Lexing;
using Doorward.Cedar.Parsing;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Validation;

/// <summary>Attributes and tags: whether they are there, and that nobody reads what may be missing.</summary>
internal sealed class AccessChecker(TypeChecker checker, CheckContext context)
{
    private const string Expected = "an entity or a record";

    public Answer CheckAttribute(AttributeExpression attribute, ImmutableHashSet<Capability> known)
    {
        var target = checker.Expect(attribute.Target, known, HasAttributes, Expected);
        return target.Type is null ? Answer.Unknown : Get(attribute, target.Type, known);
    }

    /// <summary><c>a has b.c</c> is <c>a has b &amp;&amp; a.b has c</c>.</summary>
    public Answer CheckHas(HasExpression has, ImmutableHashSet<Capability> known)
    {
        var target = checker.Expect(has.Target, known, HasAttributes, Expected, HintForHas);
        if (target.Type is not { } type) return Answer.Unknown;
        var result = BooleanType.True;
        var gained = Capability.None;
        var of = has.Target;
        for (var i = 0; ; i++)
        {
            var name = has.Path[i];
            var capability = new Capability(context.Texts.Of(of), name, IsTag: false);
            var found = Find(type, name);
            if (found is null && !MayHave(type, name)) return BooleanType.False;
            // An entity that is missing has no attributes, so even a required one may not be there.
            if (known.Contains(capability) || (found?.IsRequired == true && type is RecordType)) result = result.Known == true ? result : BooleanType.Any;
            else
            {
                result = BooleanType.Any;
                if (found is not null) gained = gained.Add(capability);
            }
            known = known.Union(gained);
            if (i == has.Path.Count - 1) return new Answer(result, gained);
            var next = new AttributeExpression(of, name) { Span = has.Span };
            if (Get(next, type, known).Type is not { } inner) return Answer.Unknown;
            if (!HasAttributes(inner))
            {
                context.Findings.Fail(
                    ValidationFindingKind.UnexpectedType, has.Span, $"Expected {Expected}, but `{name}` is of type {inner}.", Expected, HintForHas(inner));
                return Answer.Unknown;
            }
            (of, type) = (next, inner);
        }
    }

    public Answer CheckHasTag(BinaryExpression binary, ImmutableHashSet<Capability> known)
    {
        if (ExpectTag(binary, known) is not { } target) return Answer.Unknown;
        if (TagTypes(target).Count == 0) return BooleanType.False;
        var capability = TagOf(binary);
        return new Answer(known.Contains(capability) ? BooleanType.True : BooleanType.Any, [capability]);
    }

    public Answer CheckGetTag(BinaryExpression binary, ImmutableHashSet<Capability> known)
    {
        if (ExpectTag(binary, known) is not { } target) return Answer.Unknown;
        var types = TagTypes(target);
        if (types.Count == 0)
        {
            context.Findings.Fail(ValidationFindingKind.UnknownAttribute, binary.Span, $"Entities of type {target} have no tags.");
            return Answer.Unknown;
        }
        var capability = TagOf(binary);
        if (!known.Contains(capability))
        {
            context.Findings.Fail(
                ValidationFindingKind.UnguardedAccess, binary.Span, "This tag may be missing.",
                hint: $"Ask first: {context.Texts.Of(binary.Left)}.hasTag({context.Texts.Of(binary.Right)}) && ..");
            return Answer.Unknown;
        }
        context.Reads.TryAdd(capability, binary.Span);
        CedarType? type = NeverType.Only;
        foreach (var next in types) type = type is null ? null : context.Join(binary.Span, type, next, "The tags");
        return type is null ? Answer.Unknown : type;
    }

    private Answer Get(AttributeExpression attribute, CedarType target, ImmutableHashSet<Capability> known)
    {
        if (Find(target, attribute.Name) is not { } found)
        {
            var names = NamesOf(target);
            var hint = Suggestion.For(attribute.Name, names)
                ?? (names.Count == 0 ? null : $"Declared are {string.Join(", ", names.Take(10))}{(names.Count > 10 ? " and others" : "")}.");
            context.Findings.Fail(
                ValidationFindingKind.UnknownAttribute, attribute.Span, $"{Subject(target)} has no attribute {CedarText.Quote(attribute.Name)}.", hint: hint);
            return Answer.Unknown;
        }
        if (found.IsRequired) return found.Type;
        var of = context.Texts.Of(attribute.Target);
        var capability = new Capability(of, attribute.Name, IsTag: false);
        if (known.Contains(capability))
        {
            context.Reads.TryAdd(capability, attribute.Span);
            return found.Type;
        }
        var name = CedarText.IsIdentifier(attribute.Name) ? attribute.Name : CedarText.Quote(attribute.Name);
        context.Findings.Fail(
            ValidationFindingKind.UnguardedAccess, attribute.Span, $"The attribute {CedarText.Quote(attribute.Name)} is optional and may be missing.",
            hint: $"Ask first: {of} has {name} && ..");
        return Answer.Unknown;
    }

    private static string Subject(CedarType type) => type switch
    {
        RecordType => "This record",
        AnyEntityType => "An entity of any type",
        _ => $"An entity of type {type}",
    };

    private static bool HasAttributes(CedarType type) => type is RecordType || TypeChecker.IsEntity(type);

    private static string? HintForHas(CedarType type) => type switch
    {
        SetType => "Elements of sets are asked for with .contains(..).",
        StringType => "Texts are searched with `like`.",
        _ => null,
    };

    // Of an entity that may be of several types the attributes that all of them have.
    private AttributeType? Find(CedarType type, string name)
    {
        if (type is RecordType record) return record.Attributes.TryGetValue(name, out var attribute) ? attribute : null;
        if (type is not EntityType entity) return null;
        AttributeType? common = null;
        foreach (var one in entity.Names)
        {
            if (!context.Schema.EntityTypes.TryGetValue(one, out var definition) || !definition.Attributes.Attributes.TryGetValue(name, out var found)) return null;
            if (common is null) common = found;
            else if (TypeLattice.Join(common.Value.Type, found.Type, context.IsStrict) is { } both) common = new AttributeType(both, common.Value.IsRequired && found.IsRequired);
            else return null;
        }
        return common;
    }

    private bool MayHave(CedarType type, string name) => type switch
    {
        RecordType record => record.IsOpen || record.Attributes.ContainsKey(name),
        EntityType entity => entity.Names.Any(one =>
            context.Schema.EntityTypes.TryGetValue(one, out var definition) && definition.Attributes.Attributes.ContainsKey(name)),
        _ => true,
    };

    private IReadOnlyList<string> NamesOf(CedarType type) => type switch
    {
        RecordType record => [.. record.Attributes.Keys],
        EntityType { Names: [var name] } when context.Schema.EntityTypes.TryGetValue(name, out var definition) => [.. definition.Attributes.Attributes.Keys],
        _ => [],
    };

    private CedarType? ExpectTag(BinaryExpression binary, ImmutableHashSet<Capability> known)
    {
        var target = checker.Expect(binary.Left, known, TypeChecker.IsEntity, "an entity").Type;
        var name = checker.Expect(binary.Right, known, type => type is StringType, "String").Type;
        return name is null ? null : target;
    }

    private Capability TagOf(BinaryExpression binary) => new(context.Texts.Of(binary.Left), context.Texts.Of(binary.Right), IsTag: true);

    // Of an entity that may be of several types those that have tags at all.
    private List<CedarType> TagTypes(CedarType target) =>
    [
        .. (target is EntityType entity ? entity.Names : context.Schema.EntityTypes.Keys)
            .Select(name => context.Schema.EntityTypes.GetValueOrDefault(name)?.Tags).OfType<CedarType>(),
    ];
}
