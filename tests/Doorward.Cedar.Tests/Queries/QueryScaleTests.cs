using System.Diagnostics;
using Doorward.Cedar.Queries;
using Doorward.Cedar.Tests.Schemas;

namespace Doorward.Cedar.Tests.Queries;

/// <summary>What queries cost on an installation of size: 100,000 users in 1,000 groups, 1,000 policies on 100 applications.</summary>
[Collection(nameof(Undisturbed))]
public sealed class QueryScaleTests(ITestOutputHelper output)
{
    private const int Users = 100_000, Groups = 1_000, Applications = 100;

    [Fact(Explicit = true)]
    public void Measures_who_may_and_what_may_one_against_every_candidate_by_itself()
    {
        var schema = TestSchema.Parse("""
            entity Group in [Group];
            entity User in [Group] { clearance: Long };
            entity Application { owner: User, level: Long };
            action access;
            action read in [access] appliesTo { principal: User, resource: Application, context: { mfa: Bool, level: Long } };
            """);
        var policies = PolicySet.Create(Enumerable.Range(0, Groups).Select(i => TestPolicy.Parse(PolicyText(i), $"policy{i}")));
        var users = Enumerable.Range(0, Users).Select(i => new EntityUid("User", $"u{i}")).ToList();
        var applications = Enumerable.Range(0, Applications).Select(i => new EntityUid("Application", $"a{i}")).ToList();
        var entities = EntityStore.Create([
            .. schema.Actions.Values.Select(action => new Entity(action.Uid, [.. action.Parents])),
            .. Enumerable.Range(0, 10).Select(i => new Entity(new EntityUid("Group", $"d{i}"))),
            .. Enumerable.Range(0, Groups).Select(i => new Entity(new EntityUid("Group", $"g{i}"), new EntityUid("Group", $"d{i % 10}"))),
            .. users.Select((uid, i) => new Entity(
                uid, RecordValue.Create(("clearance", i % 5)), [new EntityUid("Group", $"g{i % Groups}"), new EntityUid("Group", $"g{(i * 7) % Groups}")])),
            .. applications.Select((uid, i) => new Entity(uid, RecordValue.Create(("owner", users[i]), ("level", i % 3)), [])),
        ]);
        var context = RecordValue.Create(("mfa", true), ("level", 2));
        var read = new EntityUid("Action", "read");
        var queries = new AccessQueries(schema, policies, entities);

        var (who, query) = Time(() => queries.Principals(read, applications[7], context, users).ToList());
        var (all, whole) = Time(() => users.FindAll(user => Authorizer.Decide(policies, entities, new AuthorizationRequest(user, read, applications[7], context)) == Decision.Allow));
        Assert.Equal(all, who);
        Assert.InRange(who.Count, 1, Users - 1);
        var (named, narrow) = Time(() => queries.Principals(read, applications[7], context, entities).ToHashSet());
        Assert.Equal(all.ToHashSet(), named);
        output.WriteLine($"who of the store may: {narrow:F1} ms");
        output.WriteLine($"who may: {who.Count} of {Users} by {policies.Count} policies: query {query:F1} ms, every candidate by itself {whole:F1} ms");

        var (what, one) = Time(() => users.Take(1_000).Select(user => queries.Resources(user, read, context, applications).Count()).Sum());
        var (direct, each) = Time(() => users.Take(1_000).Sum(user =>
            applications.Count(application => Authorizer.Decide(policies, entities, new AuthorizationRequest(user, read, application, context)) == Decision.Allow)));
        Assert.Equal(direct, what);
        output.WriteLine($"what may one: for 1,000 users {what} of {Applications * 1_000}: query {one:F1} ms, every candidate by itself {each:F1} ms");

        var (facts, find) = Time(() => users.Take(100).Sum(user => DecidingFacts.Find(schema, policies, entities, new AuthorizationRequest(user, read, applications[7], context)).Count));
        output.WriteLine($"which facts decide: for 100 users {facts} facts in {find:F1} ms");
    }

    private static string PolicyText(int i) => (i % 100) switch
    {
        0 => "forbid (principal, action, resource) unless { context.mfa };",
        1 => "forbid (principal, action, resource) when { resource.level > context.level };",
        2 => $"permit (principal, action in Action::\"access\", resource == Application::\"a{i % Applications}\") when {{ resource.owner == principal }};",
        _ => $"permit (principal in Group::\"{(i % 9 == 0 ? $"d{i % 10}" : $"g{i}")}\", action in Action::\"access\", resource == Application::\"a{(i * 13) % Applications}\") when {{ principal.clearance >= {i % 4} }};",
    };

    // Processor time, the best of five: the first runs while the code is still being compiled.
    private static (T Result, double Milliseconds) Time<T>(Func<T> run)
    {
        var best = double.MaxValue;
        var result = run();
        for (var i = 0; i < 5; i++)
        {
            var begun = Process.GetCurrentProcess().TotalProcessorTime;
            result = run();
            best = Math.Min(best, (Process.GetCurrentProcess().TotalProcessorTime - begun).TotalMilliseconds);
        }
        return (result, best);
    }
}
