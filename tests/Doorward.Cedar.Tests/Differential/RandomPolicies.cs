namespace Doorward.Cedar.Tests.Differential;

/// <summary>Sets of 1 to 10,000 policies and links of templates, with scopes of every shape in every mixture.</summary>
internal sealed class RandomPolicies(Dice dice, RandomSchema schema, RandomExpressions expressions)
{
    // Sets differ in how much their scopes demand, and whether by few names or many.
    private readonly int _unscoped = dice.Of(0, 10, 50, 90);
    private readonly int _conditional = dice.Of(30, 70, 100);

    public PolicySet Create(int count)
    {
        // Long sets repeat conditions: parsing is not what is compared.
        var conditions = dice.Many(1, Math.Min(count, 200), Condition);
        var policies = new List<Policy>(count);
        var templates = new List<Template>();
        for (var i = 0; i < count; i++)
        {
            var condition = dice.Chance(_conditional) ? dice.Of<string>(conditions) : "";
            if (dice.Chance(10)) policies.Add(Link(i, condition, templates));
            else policies.Add(Parse($"p{i}", $"{Effect()} ({Constraint("principal")}, {ActionConstraint()}, {Constraint("resource")}) {condition};"));
        }
        return PolicySet.Create(policies, templates);
    }

    private Policy Link(int i, string condition, List<Template> templates)
    {
        var principal = dice.Of("principal == ?principal", "principal in ?principal", $"principal is {dice.Of<string>(schema.Types)} in ?principal");
        var resource = dice.Of("resource == ?resource", "resource in ?resource", Constraint("resource"));
        var result = PolicySet.Parse($"{Effect()} ({principal}, {ActionConstraint()}, {resource}) {condition};");
        var template = result.PolicySet!.Templates.Single().WithId($"t{i}");
        templates.Add(template);
        return template.Link($"p{i}", template.Slots.ToDictionary(slot => slot, _ => schema.Uid(dice)));
    }

    private static Policy Parse(string id, string text)
    {
        var result = Policy.Parse(id, text);
        return result.Policy ?? throw new InvalidDataException($"{result.Errors[0]} in {text}");
    }

    private string Effect() => dice.Chance(75) ? "permit" : "forbid";

    private string Condition() => string.Join(
        ' ', dice.Many(1, dice.Chance(80) ? 1 : 3, () => $"{(dice.Chance(75) ? "when" : "unless")} {{ {expressions.Of(Kind.Bool, dice.Between(1, 4))} }}"));

    private string Constraint(string variable) => dice.Chance(_unscoped) ? variable : dice.Below(5) switch
    {
        0 or 1 => $"{variable} == {schema.Uid(dice)}",
        2 => $"{variable} in {schema.Uid(dice)}",
        3 => $"{variable} is {dice.Of<string>(schema.Types)}",
        _ => $"{variable} is {dice.Of<string>(schema.Types)} in {schema.Uid(dice)}",
    };

    private string ActionConstraint() => dice.Chance(_unscoped) ? "action" : dice.Below(3) switch
    {
        0 => $"action == {schema.Action(dice)}",
        1 => $"action in {schema.Action(dice)}",
        _ => $"action in [{string.Join(", ", dice.Many(0, 4, () => schema.Action(dice)))}]",
    };
}
