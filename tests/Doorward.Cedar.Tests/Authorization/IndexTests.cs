using CsCheck;
using Doorward.Cedar.Evaluation;
using Doorward.Cedar.Tests.Properties;

namespace Doorward.Cedar.Tests.Authorization;

/// <summary>
/// The index must never change decision, reasons or errors: compared with a look at every policy in turn, on sets of all shapes of
/// scopes, with templates, missing entities, hierarchies, and layered stores.
/// </summary>
public sealed class IndexTests(ITestOutputHelper output)
{
    private static readonly Gen<EntityUid> Action = Gen.OneOf("read", "write", "all").Select(id => new EntityUid("Action", id));

    private static readonly Gen<string> Condition = Gen.OneOf(
        "", "", "when { true }", "when { false }", "when { context.missing }", "unless { principal has a }", "when { resource.a == 1 }", "when { principal in resource }");

    private static readonly Gen<string> Policy = Gen.Select(
        Gen.OneOf("permit", "permit", "forbid"), Constraint("principal"), ActionConstraint, Constraint("resource"), Condition)
        .Select((effect, principal, action, resource, condition) => $"{effect} ({principal}, {action}, {resource}) {condition};");

    private static readonly Gen<(PolicySet Set, IEntityStore Store, AuthorizationRequest[] Requests)> Case = Gen.Select(
        Policy.Array[0, 60], Generators.Store, Generators.Entity.Array[0, 3], Gen.Select(Generators.Uid, Action, Generators.Uid).Array[8]).Select((texts, store, layer, requests) => (
            Link(PolicySet.Parse(string.Join('\n', texts)).PolicySet!),
            WithActions(store, layer),
            requests.Select(request => new AuthorizationRequest(request.Item1, request.Item2, request.Item3, RecordValue.Empty)).ToArray()));

    private static Gen<string> ActionConstraint => Gen.OneOf(
        Gen.Const("action"), Action.Select(uid => $"action == {uid}"), Action.Select(uid => $"action in {uid}"),
        Action.Array[0, 3].Select(uids => $"action in [{string.Join(", ", uids)}]"));

    [Fact]
    public void The_indexed_engine_answers_as_a_look_at_every_policy_does() => Compare(3_000);

    [Fact(Explicit = true)]
    public void The_indexed_engine_answers_as_a_look_at_every_policy_does_ten_million_times() => Compare(650_000);

    [Fact]
    public void A_large_set_is_not_looked_at_policy_by_policy()
    {
        var set = PolicySet.Create(Enumerable.Range(0, 10_000).Select(i =>
            TestPolicy.Parse($"permit (principal == User::\"u{i}\", action, resource == Application::\"a{i}\");", $"p{i}")));
        var request = TestPolicy.Request with { Principal = new EntityUid("User", "u7"), Resource = new EntityUid("Application", "a7") };

        Assert.Equal(["p7"], Authorizer.IsAuthorized(set, EntityStore.Empty, request).Reasons);
    }

    private void Compare(long iterations)
    {
        var count = 0L;
        Case.Sample(
            (set, store, requests) =>
            {
                foreach (var request in requests)
                {
                    foreach (var options in new[] { AuthorizerOptions.Default, new AuthorizerOptions { DenyOnError = true } })
                    {
                        var expected = ReferenceAuthorizer.IsAuthorized(set, store, request, options);
                        var answer = Authorizer.IsAuthorized(set, store, request, options);
                        Assert.Equal(expected.Decision, answer.Decision);
                        Assert.Equal(expected.Reasons, answer.Reasons);
                        Assert.Equal(expected.Errors, answer.Errors);
                        Assert.Equal(expected.Decision, Authorizer.Decide(set, store, request, options));
                        Interlocked.Increment(ref count);
                    }
                }
            }, iter: iterations);
        output.WriteLine($"{count} comparisons");
    }

    private static Gen<string> Constraint(string variable) => Gen.OneOf(
        Gen.Const(variable),
        Generators.Uid.Select(uid => $"{variable} == {uid}"),
        Generators.Uid.Select(uid => $"{variable} in {uid}"),
        Generators.Uid.Select(uid => $"{variable} is {uid.Type}"),
        Gen.Select(Generators.Uid, Generators.Uid).Select((uid, above) => $"{variable} is {uid.Type} in {above}"),
        Gen.Const($"{variable} in ?{variable}"));

    // Every template is linked once, behind the policies.
    private static PolicySet Link(PolicySet set)
    {
        foreach (var template in set.Templates.ToList())
            set = set.Add(template.Link($"link of {template.Id}", template.Slots.ToDictionary(slot => slot, _ => new EntityUid("Group", "2"))));
        return set;
    }

    private static IEntityStore WithActions(EntityStore store, Entity[] layer)
    {
        var all = store.With(new Entity(new EntityUid("Action", "read"), new EntityUid("Action", "all")));
        return layer.Length == 0 ? all : new LayeredEntityStore(all, layer.DistinctBy(entity => entity.Uid));
    }
}
