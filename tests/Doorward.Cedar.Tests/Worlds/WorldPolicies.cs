using Doorward.Cedar.Schemas;

namespace Doorward.Cedar.Tests.Worlds;

/// <summary>
/// Random policies on the names of a schema: expressions that are mostly of the type that is needed where they stand, and now and
/// then of another, so that evaluation errs in all the ways there are.
/// </summary>
internal sealed class WorldPolicies(Dice dice, Schema schema)
{
    private readonly WorldValues _values = new(dice, schema);
    private readonly List<EntityUid> _uids = [.. WorldSchemas.Uids(schema)];

    private ActionDefinition _action = schema.Actions[new EntityUid("Action", "read")];
    private string _principal = "";
    private string _resource = "";

    public PolicySet Set(int least, int most)
    {
        var n = 0;
        return PolicySet.Create(dice.Times(least, most, () => TestPolicy.Parse(Policy(), $"policy{n++}")));
    }

    public string Policy()
    {
        // One kind of request that the expressions are written for.
        _action = schema.Actions[new EntityUid("Action", dice.Pick("read", "write"))];
        (_principal, _resource) = (dice.From(_action.PrincipalTypes), dice.From(_action.ResourceTypes));
        var action = dice.Pick("action", "action", $"action == {_action.Uid}", "action in Action::\"access\"", "action in [Action::\"other\", Action::\"write\"]");
        var conditions = dice.Times(0, 2, () => $" {dice.Pick("when", "unless")} {{ {Expression(BooleanType.Any, 3)} }}");
        return $"{dice.Pick("permit", "permit", "forbid")} ({Constraint("principal", _principal)}, {action}, {Constraint("resource", _resource)}){string.Concat(conditions)};";
    }

    /// <summary>Of things that it has been compared with before, so that comparisons imply and exclude each other.</summary>
    public string Comparison() => dice.Below(3) switch
    {
        0 => $"{dice.Pick("principal", "resource")} {dice.Pick("==", "!=")} {dice.From(_uids)}",
        1 => $"{dice.Pick("principal", "resource")} is {dice.From(_uids).Type}",
        _ => $"{Access(LongType.Only) ?? "1"} {dice.Pick("==", "<", "<=", ">", ">=")} {dice.Below(4)}",
    };

    private string Constraint(string variable, string type) => dice.Below(12) switch
    {
        0 or 1 => $"{variable} == {_values.Uid(dice.OneIn(3) ? dice.From(_uids).Type : type)}",
        2 => $"{variable} in {dice.From(_uids)}",
        3 => $"{variable} is {type}",
        4 => $"{variable} is {type} in {dice.From(_uids)}",
        _ => variable,
    };

    private string Expression(CedarType type, int depth)
    {
        if (dice.OneIn(30)) return Literal(dice.Pick<CedarType>(BooleanType.Any, new EntityType("User"), LongType.Only));
        if (dice.OneIn(3) || depth == 0) return Access(type) ?? Literal(type);
        if (dice.OneIn(6)) return $"(if {Boolean(depth)} then {Expression(type, depth - 1)} else {Expression(type, depth - 1)})";
        return type switch
        {
            BooleanType => Boolean(depth),
            LongType => dice.Below(4) switch
            {
                0 => $"-({Expression(type, depth - 1)})",
                1 => $"({Expression(type, depth - 1)} * {Expression(type, depth - 1)})",
                2 => $"{Expression(new ExtensionType("duration"), depth - 1)}.toMilliseconds()",
                _ => $"({Expression(type, depth - 1)} {dice.Pick("+", "-")} {Expression(type, depth - 1)})",
            },
            SetType set => $"[{string.Join(", ", dice.Times(0, 3, () => Expression(set.Element, depth - 1)))}]",
            RecordType record => $"{{{string.Join(", ", record.Attributes.Where(a => a.Value.IsRequired || dice.OneIn(2)).Select(a => $"{a.Key}: {Expression(a.Value.Type, depth - 1)}"))}}}",
            ExtensionType { Name: "datetime" } => $"{Expression(type, depth - 1)}.offset({Expression(new ExtensionType("duration"), depth - 1)})",
            ExtensionType { Name: "duration" } => $"{Expression(new ExtensionType("datetime"), depth - 1)}.durationSince({Expression(new ExtensionType("datetime"), depth - 1)})",
            _ => Access(type) ?? Literal(type),
        };
    }

    private string Boolean(int depth)
    {
        if (depth == 0) return Access(BooleanType.Any) ?? "true";
        var below = depth - 1;
        switch (dice.Below(14))
        {
            case 0 or 1: return $"({string.Join(" && ", dice.Times(2, 3, () => Boolean(below)))})";
            case 2 or 3: return $"({string.Join(" || ", dice.Times(2, 3, () => Boolean(below)))})";
            case 4: return $"!({Boolean(below)})";
            case 5: return Guarded(below);
            case 6:
                var type = AnyType();
                return $"({Expression(type, below)} {dice.Pick("==", "!=")} {Expression(type, below)})";
            case 7: return $"({Expression(LongType.Only, below)} {dice.Pick("<", "<=", ">", ">=")} {Expression(LongType.Only, below)})";
            case 8: return $"({Entity(below)} in {(dice.OneIn(2) ? Entity(below) : $"[{string.Join(", ", dice.Times(0, 3, () => Entity(below)))}]")})";
            case 9: return $"({Entity(below)} is {dice.From(_uids).Type}{(dice.OneIn(2) ? $" in {Entity(below)}" : "")})";
            case 10:
                var element = AnyType();
                return $"{Expression(new SetType(element), below)}.contains({Expression(element, below)})";
            case 11:
                var set = new SetType(AnyType());
                return $"{Expression(set, below)}.{dice.Pick("containsAll", "containsAny")}({Expression(set, below)})";
            case 12: return $"({Expression(StringType.Only, below)} like \"{dice.Pick("a*", "*b", "*")}\")";
            default: return dice.OneIn(2) ? $"{Expression(new ExtensionType("ipaddr"), below)}.isInRange(ip(\"10.0.0.0/8\"))" : $"{Expression(new SetType(AnyType()), below)}.isEmpty()";
        }
    }

    // Optional things as policies read them: asked for first.
    private string Guarded(int depth)
    {
        var (owner, type) = Owner();
        if (type is EntityType entity && schema.EntityTypes[entity.Names[0]].Tags is { } tags && dice.OneIn(3))
        {
            var name = Literal(StringType.Only);
            return $"({owner}.hasTag({name}) && {owner}.getTag({name}) == {Expression(tags, depth)})";
        }
        var attributes = AttributesOf(type).Attributes;
        if (attributes.Count == 0 || dice.OneIn(6)) return $"({owner} has {dice.From(WorldSchemas.Names)}.{dice.From(WorldSchemas.Names)})";
        var (attribute, declared) = dice.From(attributes.ToList());
        return $"({owner} has {attribute} && {owner}.{attribute} == {Expression(declared.Type, depth)})";
    }

    private (string Text, CedarType Type) Owner() => dice.Below(4) switch
    {
        0 => ("principal", new EntityType(_principal)),
        1 => ("resource", new EntityType(_resource)),
        2 when dice.From(_uids) is var uid => (uid.ToString(), new EntityType(uid.Type)),
        _ => ("context", _action.Context),
    };

    // A way of attributes to something of the type, if a few tries find one.
    private string? Access(CedarType wanted)
    {
        for (var tries = 0; tries < 4; tries++)
        {
            var (text, type) = Owner();
            for (var steps = 0; steps < 3; steps++)
            {
                if (steps > 0 && type.Equals(wanted)) return text;
                if (AttributesOf(type).Attributes is not { Count: > 0 } attributes) break;
                var (name, attribute) = dice.From(attributes.ToList());
                (text, type) = ($"{text}.{name}", attribute.Type);
            }
            if (type.Equals(wanted)) return text;
        }
        return null;
    }

    private RecordType AttributesOf(CedarType type) => type switch
    {
        RecordType record => record,
        EntityType entity => schema.EntityTypes[entity.Names[0]].Attributes,
        _ => (RecordType)schema.Actions[new EntityUid("Action", "access")].Context,
    };

    private string Entity(int depth) => dice.Below(4) switch
    {
        0 => "principal",
        1 => "resource",
        2 => dice.From(_uids).ToString(),
        _ => Expression(new EntityType(dice.From(_uids).Type), depth),
    };

    private CedarType AnyType() => dice.Pick<CedarType>(
        BooleanType.Any, LongType.Only, StringType.Only, new EntityType("User"), new EntityType("Group"), new ExtensionType("datetime"), _action.Context);

    private string Literal(CedarType type)
    {
        var text = _values.Value(type).ToString();
        return text[0] == '-' ? $"({text})" : text;
    }
}
