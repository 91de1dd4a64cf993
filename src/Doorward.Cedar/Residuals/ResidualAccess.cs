using Doorward.Cedar.Evaluation;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Residuals;

/// <summary>
/// Attributes and tags of what may not be known. A chain such as <c>context.device.compliant</c> is one fact, told to the listener
/// as a whole, and again from each entity that it passes.
/// </summary>
internal sealed class ResidualAccess(
    ResidualEvaluator evaluator, Schema schema, PartialEntityStore entities, PartialRecord context, CedarType? contextType, IFactListener? facts)
{
    // Where a value was found: the names on the way from the context or an entity.
    private sealed record Place(EntityUid? Of, IReadOnlyList<string> Path)
    {
        public Place Below(string name) => this with { Path = [.. Path, name] };
    }

    public Residual EvaluateContext(VariableExpression variable)
    {
        facts?.ReadAttribute(null, []);
        return WholeContext(variable);
    }

    public Residual Evaluate(AttributeExpression attribute)
    {
        var (residual, place) = Step(attribute);
        Tell(place);
        return residual;
    }

    public Residual Evaluate(HasExpression has)
    {
        var (target, place) = Walk(has.Target);
        for (var i = 0; ; i++)
        {
            if (target.FailsAlways) return Residual.Failing(Rest(target, i));
            var (found, at) = Look(target, place, has.Path[i], has);
            if (target.IsKnown && target.Value is not (RecordValue or EntityValue))
            {
                Tell(place);
                return Residual.Failing(Rest(target, i));
            }
            if (found.FailsAlways && !target.MayFail)
            {
                Tell(at);
                return Residual.Known(BooleanValue.False, has);
            }
            if (!found.IsKnown)
            {
                Tell(at);
                return IsThere(target, found, has.Path, i, Rest(target, i));
            }
            if (i == has.Path.Count - 1)
            {
                Tell(at);
                return Residual.Known(BooleanValue.True, has);
            }
            (target, place) = (found, at);
        }

        HasExpression Rest(Residual of, int from) => new(of.Expression, [.. has.Path.Skip(from)]) { Span = has.Span };
    }

    public Residual EvaluateTag(BinaryExpression binary)
    {
        var (target, tag) = (evaluator.Evaluate(binary.Left), evaluator.Evaluate(binary.Right));
        var rest = new BinaryExpression(binary.Operator, target.Expression, tag.Expression) { Span = binary.Span };
        if (target.FailsAlways || tag.FailsAlways || target.Value is not (null or EntityValue) || tag.Value is not (null or StringValue)) return Residual.Failing(rest);
        var isAsked = binary.Operator == BinaryOperator.HasTag;
        var type = target.Type is EntityType { Names: [var name] } && schema.EntityTypes.TryGetValue(name, out var definition) ? definition.Tags : null;
        if (target.Value is EntityValue { Uid: var uid } && tag.Value is StringValue { Value: var text })
        {
            facts?.ReadTag(uid, text);
            var partial = entities.Find(uid);
            if (partial is null || partial.Tags.Known.Contains(text) || !partial.Tags.MayHave(text))
            {
                if (isAsked) return Residual.Known(BooleanValue.From(AttributeAccess.HasTag(uid, text, entities.Known)), binary);
                return AttributeAccess.GetTag(uid, text, entities.Known).Value is { } value ? Residual.Known(value, binary) : Residual.Failing(rest);
            }
        }
        if (!isAsked) return Residual.Open(rest, OutcomesExtensions.Of(type) | Outcomes.Error, type);
        return Residual.Boolean(rest, target.MayFail || tag.MayFail || !target.IsEntity || tag.Type is not StringType);
    }

    private void Tell(Place? place)
    {
        if (place is not null) facts?.ReadAttribute(place.Of, place.Path);
    }

    // The context itself is told of only where it is used as a whole.
    private (Residual Found, Place? At) Walk(Expression expression) => expression switch
    {
        VariableExpression { Variable: Variable.Context } variable => (WholeContext(variable), new Place(null, [])),
        AttributeExpression attribute => Step(attribute),
        _ => (evaluator.Evaluate(expression), null),
    };

    private (Residual Found, Place? At) Step(AttributeExpression attribute)
    {
        var (target, place) = Walk(attribute.Target);
        return Look(target, place, attribute.Name, attribute);
    }

    private Residual WholeContext(VariableExpression variable) =>
        context.IsComplete ? Residual.Known(context.Known, variable) : Residual.Open(variable, Outcomes.Other, contextType);

    private (Residual Found, Place? At) Look(Residual target, Place? place, string name, Expression at)
    {
        var rest = new AttributeExpression(target.Expression, name) { Span = at.Span };
        if (target.FailsAlways) return (Residual.Failing(rest), place);
        var declared = ResidualTypes.Attribute(schema, target.Type, name);
        switch (target.Value)
        {
            case EntityValue { Uid: var uid }:
                Tell(place);
                return (entities.Find(uid) is { } partial
                    ? LookInto(partial.Attributes, rest, declared, partial.MayBeMissing)
                    : Found(rest, AttributeAccess.Get(target.Value, name, entities.Known).Value), new Place(uid, [name]));
            case RecordValue record:
                return (Found(rest, record.TryGet(name, out var value) ? value : null), place?.Below(name));
            case not null:
                Tell(place);
                return (Residual.Failing(rest), null);
            default:
                if (target.Expression is VariableExpression { Variable: Variable.Context })
                    return (LookInto(context, rest, declared ?? Undeclared, isOwnerMissing: false), place?.Below(name));
                Tell(place);
                return (LookInto(PartialRecord.Nothing, rest, declared, isOwnerMissing: target.MayFail), null);
        }
    }

    private static DeclaredAttribute Undeclared => new(null, MayBeMissing: true, MayBeThere: true);

    // What is neither known nor possible is missing, and to read it fails.
    private static Residual LookInto(PartialRecord record, AttributeExpression rest, DeclaredAttribute? declared, bool isOwnerMissing)
    {
        if (record.Known.TryGet(rest.Name, out var value)) return Residual.Known(value, rest);
        if (!record.MayHave(rest.Name) || declared is { MayBeThere: false }) return Residual.Failing(rest);
        var outcomes = OutcomesExtensions.Of(declared?.Type);
        return Residual.Open(rest, isOwnerMissing || declared is not { MayBeMissing: false } ? outcomes | Outcomes.Error : outcomes, declared?.Type);
    }

    private static Residual Found(AttributeExpression rest, CedarValue? value) => value is null ? Residual.Failing(rest) : Residual.Known(value, rest);

    // Whether a path that begins at what is not known is there; the rest of the path is walked by types.
    private Residual IsThere(Residual target, Residual found, IReadOnlyList<string> path, int from, HasExpression rest)
    {
        var mayFail = target.MayFail || !(target.IsKnown || ResidualTypes.HasAttributes(target.Type));
        var isCertain = !mayFail && !found.MayFail;
        var type = found.Type;
        for (var i = from + 1; i < path.Count; i++)
        {
            isCertain = false;
            mayFail |= !ResidualTypes.HasAttributes(type);
            type = ResidualTypes.Attribute(schema, type, path[i])?.Type;
        }
        if (isCertain) return Residual.Known(BooleanValue.True, rest);
        return found.FailsAlways ? Residual.Open(rest, Outcomes.False | (mayFail ? Outcomes.Error : 0), BooleanType.Any) : Residual.Boolean(rest, mayFail);
    }
}
