using Doorward.Cedar.Tests.Worlds;

namespace Doorward.Cedar.Tests.Properties;

/// <summary>Schemas with all that the syntax has: namespaces, common types, enumerations, annotations, quoted names, groups of actions.</summary>
internal sealed class RandomSchemaText(Dice dice)
{
    // Names outside of all namespaces must not come up again within one.
    private static readonly string[][] Spaces = [[""], ["NS"], ["NS::Inner"], ["NS", "NS::Inner", "Other"]];
    private static readonly string[] Names = ["a", "b", "\"a b\"", "in_", "\"if\"", "\"\\n\\\"\"", "permit"];

    public string Make() => string.Join('\n', dice.From(Spaces).Select(space =>
    {
        var body = Declarations();
        return space.Length == 0 ? body : $"{Annotations()}namespace {space} {{\n{body}}}";
    }));

    private string Declarations()
    {
        var lines = new List<string>
        {
            $"{Annotations()}type Plain = {Type(2)};",
            $"{Annotations()}type Other = {{ {Attributes(2)} }};",
            $"{Annotations()}entity Leaf, Twig{Within("Trunk")} {(dice.OneIn(2) ? "=" : "")} {{ {Attributes(1)} }}{Tags()};",
            $"{Annotations()}entity Bush {{ plain: Plain, other?: Set<Other> }};",
            $"{Annotations()}entity Trunk{Within("Trunk")}{Tags()};",
            $"{Annotations()}entity Level enum [{string.Join(", ", dice.Some(new[] { "\"high\"", "\"\\u{1F600}\"" }).Append("\"low\""))}];",
            $"{Annotations()}action \"all of it\";",
            $"{Annotations()}action read, \"wr ite\" in [\"all of it\"] appliesTo {{ principal: [Leaf, Twig], resource: Trunk, context: {(dice.OneIn(2) ? "Other" : $"{{ {Attributes(1)} }}")} }};",
            $"{Annotations()}action look in {(dice.OneIn(2) ? "[read]" : "\"all of it\"")} appliesTo {{ principal: Twig, resource: [Level, Leaf] }};",
        };
        return string.Concat(lines.Select(line => (dice.OneIn(4) ? "// said here\n" : "") + line + "\n"));
    }

    private string Annotations() => dice.Below(4) switch
    {
        0 => "@doc(\"a \\\"quoted\\\" text\")\n",
        1 => "@mark\n@doc(\"\")\n",
        _ => "",
    };

    private string Within(string type) => dice.OneIn(2) ? $" in [{type}]" : "";

    private string Tags() => dice.OneIn(3) ? $" tags {Type(1)}" : "";

    private string Attributes(int depth) => string.Join(", ", dice.Some(Names).Select(name => $"{(dice.OneIn(5) ? Annotations() : "")}{name}{dice.Pick("", "?")}: {Type(depth)}"));

    // Common types stand in no common type here: one that holds itself is refused.
    private string Type(int depth) => dice.Below(depth == 0 ? 6 : 9) switch
    {
        0 => dice.Pick("Bool", "Long", "String"),
        1 => dice.Pick("__cedar::Bool", "__cedar::Long", "__cedar::String", "__cedar::ipaddr"),
        2 => dice.Pick("ipaddr", "decimal", "datetime", "duration"),
        3 or 4 => dice.Pick("Leaf", "Trunk", "Level"),
        5 => "Twig",
        6 or 7 => $"Set<{Type(depth - 1)}>",
        _ => $"{{ {Attributes(depth - 1)} }}",
    };
}
