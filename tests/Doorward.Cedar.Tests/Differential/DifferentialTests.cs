using System.Globalization;
using Doorward.Cedar.Evaluation;

namespace Doorward.Cedar.Tests.Differential;

/// <summary>
/// The compiled and indexed engine answers as the plain evaluator does: the same decision, the same reasons in the same order, the same
/// errors down to sentence and place. The long run takes its beginning and length from DOORWARD_SEED and DOORWARD_COMPARISONS.
/// </summary>
public sealed class DifferentialTests(ITestOutputHelper output)
{
    private const int RequestsPerCase = 40;

    private static readonly AuthorizerOptions[] AllOptions = [AuthorizerOptions.Default, new() { DenyOnError = true }];

    private static readonly AuthorizationRequest Nobody = new(new EntityUid("User", "nobody"), new EntityUid("Action", "none"), default, RecordValue.Empty);

    [Fact]
    public void The_engine_answers_as_the_plain_evaluator_does() => Compare(1, 60_000);

    [Fact(Explicit = true)]
    public void The_engine_answers_as_the_plain_evaluator_does_ten_million_times() =>
        Compare((ulong)FromEnvironment("DOORWARD_SEED", 1_000_000), FromEnvironment("DOORWARD_COMPARISONS", 10_000_000));

    public static long FromEnvironment(string name, long otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private void Compare(ulong seed, long comparisons)
    {
        var tally = new Tally();
        var scratch = new AuthorizationScratch();
        for (var next = seed; tally.Comparisons < comparisons; next++)
        {
            var test = RandomCase.Create(next, RequestsPerCase);
            foreach (var request in test.Requests.Append(Nobody))
                foreach (var options in AllOptions) Compare(test, request, options, scratch, tally);
        }
        output.WriteLine($"seed {seed}: {tally}");
        // Comparing answers that are all alike would compare nothing.
        Assert.True(tally.Allowed > tally.Comparisons / 20 && tally.WithErrors > tally.Comparisons / 20 && tally.Denied > tally.Comparisons / 20, tally.ToString());
    }

    private static void Compare(RandomCase test, AuthorizationRequest request, AuthorizerOptions options, AuthorizationScratch scratch, Tally tally)
    {
        var expected = ReferenceAuthorizer.IsAuthorized(test.Policies, test.Entities, request, options);
        var answer = Authorizer.IsAuthorized(test.Policies, test.Entities, request, scratch, options).ToResponse();
        var isSame = expected.Decision == answer.Decision
            && expected.Reasons.SequenceEqual(answer.Reasons)
            && expected.Errors.SequenceEqual(answer.Errors)
            && expected.Decision == Authorizer.Decide(test.Policies, test.Entities, request, options);
        Assert.True(isSame, $"seed {test.Seed}, {request}, {options}:\n{Say(expected)}\n{Say(answer)}");
        tally.Add(expected);
    }

    private static string Say(AuthorizationResponse answer) =>
        $"{answer.Decision} [{string.Join(' ', answer.Reasons)}] ![{string.Join("; ", answer.Errors)}]";

    private sealed class Tally
    {
        public long Comparisons { get; private set; }

        public long Allowed { get; private set; }

        public long Denied => Comparisons - Allowed;

        public long WithErrors { get; private set; }

        public void Add(AuthorizationResponse answer)
        {
            Comparisons++;
            if (answer.Decision == Decision.Allow) Allowed++;
            if (answer.Errors.Count > 0) WithErrors++;
        }

        public override string ToString() => $"{Comparisons} comparisons, {Allowed} allowed, {WithErrors} with errors";
    }
}
