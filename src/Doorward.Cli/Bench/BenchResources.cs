namespace Doorward.Cli.Bench;

/// <summary>What the measured installation is told, as the YAML that anyone would write for it.</summary>
internal sealed class BenchResources(string upstream)
{
    /// <summary>The door whose policy says no, sooner or later.</summary>
    public const string Measured = "measured";

    /// <summary>A door that no cause concerns: what is open there must stay open.</summary>
    public const string Other = "other";

    private const string Open = "context.session.assurance >= 2";

    /// <summary>The measured door as every round finds it, open to these people.</summary>
    public string Begin(IEnumerable<string> people) => $"""
        {Application()}
        ---
        {Group(people)}
        ---
        {Policy(Open)}
        """;

    /// <summary>The other door, open to whoever has a session: people and tokens.</summary>
    public string OtherDoor(IEnumerable<string> accounts) => $$"""
        kind: Application
        name: {{Other}}
        hosts: [{{BenchInstallation.Host(Other)}}]
        upstream: {{upstream}}
        ---
        kind: Policy
        name: {{Other}}
        cedar: |
          permit (principal, action in Action::"access", resource == Application::"{{Other}}")
          when { context.session.assurance >= 1 };
        {{string.Concat(accounts.Select(account => $"---\nkind: User\nname: {account}\n"))}}
        """;

    public string Application(string more = "") => $"""
        kind: Application
        name: {Measured}
        hosts: [{BenchInstallation.Host(Measured)}]
        upstream: {upstream}
        {more}
        """;

    public static string Group(IEnumerable<string> people) => $"""
        kind: Group
        name: {Measured}
        members: [{string.Join(", ", people)}]
        """;

    public static string Policy(string condition) => $$"""
        kind: Policy
        name: {{Measured}}
        cedar: |
          permit (principal in Group::"{{Measured}}", action in Action::"access", resource == Application::"{{Measured}}")
          when { {{condition}} };
        """;

    public static string PolicyUntil(DateTimeOffset end) =>
        Policy($"{Open} && context.time.now < datetime(\"{end.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}\")");

    public static string Disabled(Person person) => $"""
        kind: User
        name: {person.Name}
        email: {person.Name}@example.test
        disabled: true
        """;
}
