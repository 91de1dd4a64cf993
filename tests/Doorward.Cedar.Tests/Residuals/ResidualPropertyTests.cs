using Doorward.Cedar.Residuals;
using Doorward.Cedar.Tests.Worlds;
using Doorward.Cedar.Validation;

namespace Doorward.Cedar.Tests.Residuals;

/// <summary>Residual and rest give what evaluating the whole gives, on random schemas, policies, entities and requests.</summary>
public sealed class ResidualPropertyTests(ITestOutputHelper output)
{
    [Fact]
    public void What_is_left_gives_with_the_rest_the_decision_reasons_and_errors_of_the_whole() => Run((ulong)Environment.TickCount64, 2_000);

    [Fact(Explicit = true)]
    public void What_is_left_gives_with_the_rest_what_the_whole_gives_300_000_times() => Run((ulong)Environment.TickCount64, 100_000);

    private void Run(ulong first, int worlds)
    {
        output.WriteLine($"seed {first}");
        var tally = new Dictionary<string, int>();
        for (var n = 0; n < worlds; n++)
        {
            var seed = first + (ulong)n;
            try
            {
                Check(World.Make(seed), tally);
            }
            catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
            {
                throw new InvalidOperationException($"seed {seed}", exception);
            }
            catch (Xunit.Sdk.XunitException exception)
            {
                Assert.Fail($"seed {seed}: {exception.Message}");
            }
        }
        output.WriteLine(string.Join(", ", tally.Select(pair => $"{pair.Key} {pair.Value}")));
        // Chance that never made one of these would show nothing of it.
        Assert.All(["Residual", "Satisfied", "NotSatisfied", "Error", "decided", "open"], kind => Assert.True(tally.GetValueOrDefault(kind) > worlds / 50, kind));
    }

    private static void Check(World world, Dictionary<string, int> tally)
    {
        var partial = new PartialWorld(world);
        var response = PartialAuthorizer.IsAuthorized(world.Schema, world.Policies, partial.Entities, partial.Request);
        var strict = PartialAuthorizer.IsAuthorized(world.Schema, world.Policies, partial.Entities, partial.Request, new AuthorizerOptions { DenyOnError = true });
        foreach (var policy in response.Policies) Count(policy.State.ToString());
        Count(response.Decision is null ? "open" : "decided");
        var again = Reread(response.Rest);
        for (var completions = 0; completions < 3; completions++)
        {
            var (entities, request) = partial.Complete();
            Assert.Empty(RequestValidator.Validate(world.Schema, request));
            Assert.Empty(RequestValidator.Validate(world.Schema, entities.Entities));
            var whole = World.Naive(world.Policies, entities, request);
            var rest = World.Naive(response.Rest, entities, request);
            Assert.Equal(whole.Decision, rest.Decision);
            Assert.Equal(whole.Reasons, rest.Reasons);
            Assert.Equal(whole.Errors.Select(Place), rest.Errors.Select(Place));
            var read = World.Naive(again, entities, request);
            Assert.Equal((whole.Decision, string.Join(' ', whole.Reasons)), (read.Decision, string.Join(' ', read.Reasons)));
            Assert.Equal(whole.Errors.Select(error => (error.PolicyId, error.Kind, error.Message)), read.Errors.Select(error => (error.PolicyId, error.Kind, error.Message)));
            if (response.Decision is { } decision) Assert.Equal(decision, whole.Decision);
            if (strict.Decision is { } denying) Assert.Equal(denying, World.Naive(world.Policies, entities, request, denyOnError: true).Decision);
            foreach (var policy in response.Policies) Assert.True(Agrees(policy, Authorizer.Evaluate(policy.Policy, entities, request)), policy.Policy.ToString());
        }

        void Count(string kind) => tally[kind] = tally.GetValueOrDefault(kind) + 1;
    }

    // A value of a wrong type may be found more exactly, where an `if` around it is settled.
    private static EvaluationError Place(EvaluationError error) => error.Kind == EvaluationErrorKind.Type ? error with { Location = default } : error;

    private static bool Agrees(PolicyResidual policy, PolicyOutcome outcome) => outcome.Kind switch
    {
        PolicyOutcomeKind.Satisfied => policy.MayBeSatisfied && policy.State is PolicyState.Satisfied or PolicyState.Residual,
        PolicyOutcomeKind.Error => policy.MayFail && policy.State is PolicyState.Error or PolicyState.Residual,
        _ => policy.State is PolicyState.NotSatisfied or PolicyState.Residual,
    };

    // As text, and then as JSON.
    private static PolicySet Reread(PolicySet policies)
    {
        var read = PolicySet.Create(policies.Select(policy => TestPolicy.Parse(policy.ToString(), policy.Id)));
        var json = PolicyJson.ReadSet(PolicyJson.Write(read));
        Assert.True(json.Success, json.Success ? "" : json.Errors[0].ToString());
        return PolicySet.Create(read.Select(policy => json.PolicySet.TryGet(policy.Id, out var same) ? same : throw new InvalidDataException(policy.Id)));
    }
}
