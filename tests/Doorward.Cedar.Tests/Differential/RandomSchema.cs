namespace Doorward.Cedar.Tests.Differential;

/// <summary>
/// A random schema: entity types with attributes and tags, types they may lie below, actions in groups, and a context. Entities keep to
/// it mostly, policies are written by it mostly; where they do not, evaluation errs.
/// </summary>
internal sealed class RandomSchema
{
    private static readonly string[] Names = ["a", "b", "c", "level", "owner", "a b", "if", "name"];

    public RandomSchema(Dice dice, bool forPeer)
    {
        string[] all = ["User", "Group", "Doc", "NS::Folder", "NS::Inner::Team"];
        Types = all[..dice.Between(2, all.Length)];
        IdsPerType = forPeer ? dice.Of(2, 4, 9) : dice.Of(2, 4, 12, 60);
        Attributes = Types.ToDictionary(type => type, _ => Shape(dice));
        Tags = Types.ToDictionary(type => type, _ => dice.Chance(50) ? dice.Of(Kind.Long, Kind.String, Kind.SetOfStrings, Kind.Entity) : (Kind?)null);
        Context = Shape(dice);
        Actions = [.. Enumerable.Range(0, dice.Between(1, 6)).Select(i => new EntityUid("Action", $"act{i}"))];
        Parents = Types.ToDictionary(type => type, _ => dice.Many(0, 3, () => dice.Of<string>(Types)));
    }

    public string[] Types { get; }

    public int IdsPerType { get; }

    public Dictionary<string, Dictionary<string, Kind>> Attributes { get; }

    public Dictionary<string, Kind?> Tags { get; }

    public Dictionary<string, Kind> Context { get; }

    public EntityUid[] Actions { get; }

    public Dictionary<string, string[]> Parents { get; }

    /// <summary>The attributes of all nested records.</summary>
    public static IReadOnlyDictionary<string, Kind> Nested { get; } =
        new Dictionary<string, Kind> { ["n"] = Kind.Long, ["s"] = Kind.String, ["e"] = Kind.Entity };

    public EntityUid Uid(Dice dice) => new(dice.Of<string>(Types), $"{dice.Below(IdsPerType)}");

    public EntityUid Action(Dice dice) => dice.Chance(95) ? dice.Of<EntityUid>(Actions) : new EntityUid("Action", "none");

    private static Dictionary<string, Kind> Shape(Dice dice)
    {
        var shape = new Dictionary<string, Kind>(StringComparer.Ordinal);
        foreach (var name in Names)
            if (dice.Chance(50)) shape.Add(name, dice.Of(Enum.GetValues<Kind>()));
        // Beyond what a scan finds, now and then.
        for (var i = 0; i < 10 && dice.Chance(80); i++) shape.TryAdd($"x{i}", Kind.Long);
        return shape;
    }
}
