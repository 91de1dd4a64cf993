namespace Doorward.Cedar.Benchmarks;

/// <summary>A large organisation: people with three attributes and two of a thousand groups each, which lie in larger groups.</summary>
public static class People
{
    public const int Million = 1_000_000;

    private const int Groups = 1000;
    private static readonly CedarValue[] Departments = ["engineering", "operations", "sales", "legal"];

    public static IEnumerable<Entity> Entities(int people) =>
        Enumerable.Range(0, Groups).Select(Group).Concat(Enumerable.Range(0, people).Select(i => User(i, i, i % 7)));

    public static Entity User(int number, int groups, long level) => new(
        new EntityUid("User", $"user-{number}"),
        RecordValue.Create(("email", $"user-{number}@example.org"), ("department", Departments[number % Departments.Length]), ("level", level)),
        [GroupUid(groups * 31 % Groups), GroupUid(groups * 17 % 997)]);

    private static Entity Group(int number) =>
        new(GroupUid(number), number % 10 == 0 ? [] : [GroupUid(number / 10 * 10)]);

    private static EntityUid GroupUid(int number) => new("Group", $"group-{number}");
}
