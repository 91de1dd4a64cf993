using Doorward.Cedar.Tests.Worlds;
using Doorward.Cedar.Validation;

namespace Doorward.Cedar.Tests.Validation;

/// <summary>
/// What cedar-spec proves of its validator (Cedar/Thm/Validation/Typechecker.lean, typecheck_is_sound): a validated policy, asked of a
/// request and entities that agree with the schema, fails only by an entity that is missing, by arithmetic, or in an extension function.
/// </summary>
public sealed class SoundnessTests(ITestOutputHelper output)
{
    private const int Requests = 12;
    private static readonly EvaluationErrorKind[] Permitted = [EvaluationErrorKind.MissingEntity, EvaluationErrorKind.Overflow, EvaluationErrorKind.Extension];

    [Theory]
    [InlineData(ValidationMode.Strict)]
    [InlineData(ValidationMode.Permissive)]
    public void Validated_policies_fail_in_the_three_permitted_ways_only(ValidationMode mode) => Run(mode, 600);

    [Theory(Explicit = true)]
    [InlineData(ValidationMode.Strict)]
    [InlineData(ValidationMode.Permissive)]
    public void Validated_policies_fail_in_the_three_permitted_ways_only_in_100_000_worlds(ValidationMode mode) => Run(mode, 100_000);

    private void Run(ValidationMode mode, int worlds)
    {
        var first = (ulong)Environment.TickCount64;
        output.WriteLine($"seed {first}");
        var (valid, invalid) = (new Dictionary<EvaluationErrorKind, int>(), new Dictionary<EvaluationErrorKind, int>());
        var (validPolicies, satisfied) = (0, 0);
        for (var n = 0; n < worlds; n++)
        {
            var world = World.Make(first + (ulong)n, leastPolicies: 4, mostPolicies: 8);
            var validator = new PolicyValidator(world.Schema, mode);
            var entities = EntityStore.Create(world.Entities.Values);
            Assert.Empty(RequestValidator.Validate(world.Schema, world.Entities.Values));
            var policies = world.Policies.Select(policy => (Policy: policy, validator.Validate(policy).IsValid)).ToList();
            validPolicies += policies.Count(one => one.IsValid);
            for (var i = 0; i < Requests; i++)
            {
                var request = world.Values.Request();
                Assert.Empty(RequestValidator.Validate(world.Schema, request));
                foreach (var (policy, isValid) in policies)
                {
                    var outcome = Authorizer.Evaluate(policy, entities, request);
                    satisfied += isValid && outcome.IsSatisfied ? 1 : 0;
                    if (outcome.Error is not { } error) continue;
                    var tally = isValid ? valid : invalid;
                    tally[error.Kind] = tally.GetValueOrDefault(error.Kind) + 1;
                    Assert.True(!isValid || Permitted.Contains(error.Kind), $"seed {first + (ulong)n}, {mode}: {error}\n{policy}\n{request}");
                }
            }
        }
        output.WriteLine($"{validPolicies} valid policies, satisfied {satisfied} times; their errors: {string.Join(", ", valid)}; those of invalid ones: {string.Join(", ", invalid)}");
        // A validator that refused everything, or worlds in which nothing fails, would show nothing.
        Assert.True(validPolicies > worlds / 2 && satisfied > worlds);
        Assert.Contains(EvaluationErrorKind.MissingEntity, valid.Keys);
        Assert.Contains(invalid.Keys, kind => !Permitted.Contains(kind));
    }
}
