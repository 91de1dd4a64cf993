using Doorward.Cedar.Schemas;
using Doorward.Cedar.Tests.Schemas;

namespace Doorward.Cedar.Tests.Worlds;

/// <summary>Random schemas, small and with few names, so that things meet.</summary>
internal static class WorldSchemas
{
    private static readonly string[] Types = ["User", "Group", "NS::Doc", "Folder"];

    public static readonly string[] Names = ["a", "b", "c", "d"];

    private static readonly string[] Ids = ["1", "2", "3"];

    public static Schema Make(Dice dice)
    {
        var declarations = Types.Select(type =>
        {
            // A type may nest; else parents are of later types, so that hierarchies have no cycles by themselves.
            var parents = dice.Some(Types.Where(parent => Array.IndexOf(Types, parent) > Array.IndexOf(Types, type) || (parent == type && dice.OneIn(2))));
            var tags = dice.OneIn(2) ? $" tags {Type(dice, 1)}" : "";
            var within = parents.Count == 0 ? "" : $" in [{string.Join(", ", parents)}]";
            var entity = $"entity {type.Split("::")[^1]}{within} {Record(dice, 0)}{tags};";
            return type.StartsWith("NS::", StringComparison.Ordinal) ? $"namespace NS {{ {entity} }}" : entity;
        });
        string[] actions =
        [
            "action access;",
            "action other in [access];",
            .. new[] { "read", "write" }.Select(action =>
                $"action {action} in [{dice.Pick("access", "other")}] appliesTo {{ principal: {Some(dice)}, resource: {Some(dice)}, context: {Record(dice, 0)} }};"),
        ];
        return TestSchema.Parse(string.Join('\n', declarations.Concat(actions)));
    }

    public static IEnumerable<EntityUid> Uids(Schema schema) =>
        schema.EntityTypes.Keys.Order(StringComparer.Ordinal).SelectMany(_ => Ids, (type, id) => new EntityUid(type, id));

    private static string Some(Dice dice)
    {
        var types = dice.Some(Types);
        return $"[{string.Join(", ", types.Count == 0 ? [dice.From(Types)] : types)}]";
    }

    private static string Record(Dice dice, int depth) =>
        $"{{{string.Join(", ", dice.Some(Names, depth == 0 ? 1 : 2).Select(name => $"{name}{(dice.OneIn(2) ? "?" : "")}: {Type(dice, depth)}"))}}}";

    private static string Type(Dice dice, int depth) => dice.Below(depth > 1 ? 8 : 12) switch
    {
        0 or 1 => "Bool",
        2 or 3 => "Long",
        4 => "String",
        5 => dice.Pick("ipaddr", "decimal", "datetime", "duration"),
        6 or 7 => dice.From(Types),
        8 or 9 => $"Set<{Type(dice, depth + 1)}>",
        _ => Record(dice, depth + 1),
    };
}
