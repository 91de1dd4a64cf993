using Doorward.Cedar.Schemas;
using Doorward.Cedar.Validation;

namespace Doorward.Cedar.Tests.Corpus;

public sealed class ValidationCorpusTests(ITestOutputHelper output)
{
    /// <summary>
    /// The corpus was made when a policy for which no action is applicable was an error. Since 1 September 2026 the reference reports
    /// it as a warning (cedar-policy/cedar, pull request 2545), because such a policy cannot fail, it only never applies. This
    /// validator follows the newer answer, so an old answer counts as skewed exactly when that warning is all that we find.
    /// </summary>
    [Fact]
    public void Every_policy_of_the_corpus_is_valid_or_not_as_the_corpus_says()
    {
        if (CorpusFolder.Path is not { } folder)
        {
            CorpusFolder.SayOnceHowToGet();
            return;
        }
        var differences = new List<string>();
        var skewed = new List<string>();
        var count = 0;
        foreach (var test in CorpusFolder.ReadGenerated(folder).Concat(CorpusFolder.ReadHandwritten(folder)))
        {
            count++;
            var schema = Schema.ParseAny(test.Schema).Schema!;
            var result = new PolicyValidator(schema).Validate(PolicySet.Parse(test.Policies).PolicySet!);
            if (result.IsValid == test.ShouldValidate) continue;
            if (result.IsValid && result.Warnings.Any(IsNoApplicableAction)) skewed.Add(test.Name);
            else differences.Add($"{test.Name}: expected {test.ShouldValidate}, got {(result.IsValid ? "valid" : result.Errors[0].ToString())}");
        }
        output.WriteLine($"{count} tests, {differences.Count} differences, {skewed.Count} of the older version: {string.Join(' ', skewed)}");
        Assert.True(differences.Count == 0, $"{differences.Count} of {count} differ:\n{string.Join('\n', differences.Take(20))}");
        Assert.True(skewed.Count <= 18, $"{skewed.Count} answers count as of the older version.");
    }

    private static bool IsNoApplicableAction(ValidationFinding warning) =>
        warning.Kind == ValidationFindingKind.Impossible && warning.Message.Contains("no action applies", StringComparison.Ordinal);
}
