using Doorward.Control.Decisions;
using Doorward.Control.Resources;

namespace Doorward.Control.Policies.Tests;

/// <summary>What all tests said of one set of policies.</summary>
/// <param name="Results">One for each test, in order of policies and of their lists.</param>
/// <param name="Refusal">Why not all of them could be asked; null when all were.</param>
internal sealed record PolicyTestReport(IReadOnlyList<PolicyTestResult> Results, ResourceError? Refusal = null)
{
    public static readonly PolicyTestReport Empty = new([]);

    public IEnumerable<PolicyTestResult> Failed => Results.Where(static result => !result.Passed);
}

/// <summary>One test and the answer it got.</summary>
/// <param name="Policy">The policy that keeps it.</param>
/// <param name="Place">Its place in that policy's list, from 0.</param>
/// <param name="Name">What it is about.</param>
/// <param name="Passed">Whether the answer is the one that it must be.</param>
/// <param name="Expected">allow or deny.</param>
/// <param name="Got">allow or deny.</param>
/// <param name="Cause">Why, of the closed vocabulary.</param>
/// <param name="By">The policy that must decide, if the test names one.</param>
/// <param name="Policies">Those that decided.</param>
/// <param name="Errors">Policies that could not be evaluated, and why.</param>
/// <param name="Note">What of the case is not there, if it is that.</param>
/// <param name="Remedies">Of a denial that must be an allow: what would make it one.</param>
public sealed record PolicyTestResult(
    string Policy, int Place, string Name, bool Passed, string Expected, string Got, string Cause, string? By,
    IReadOnlyList<string> Policies, IReadOnlyList<string> Errors, string? Note, IReadOnlyList<ExplainedRemedy> Remedies)
{
    /// <summary>For one that fails, the sentence that a publication would be refused with.</summary>
    public string? Message => Passed ? null : ToError().Message;

    internal ResourceKey Key => new(PolicyKind.Name, Policy);

    /// <summary>The failure as an error of the policy that keeps the test.</summary>
    public ResourceError ToError() => new()
    {
        Field = $"{PolicyTestText.Field}[{Place}]",
        Message = $"the test \"{Name}\" of policy {Policy} fails: expected {Wanted}, got {Got}; {Because}",
        Fix = Remedies.Count > 0
            ? $"change the policies or the test; it would be an allow with: {string.Join(" ", Remedies[0].Steps)}"
            : "change the policies so that it holds, or the test",
    };

    private string Wanted => By is null ? Expected : $"{Expected} by {By}";

    private string Because
    {
        get
        {
            var decided = Policies.Count > 0 ? $"decided by {string.Join(", ", Policies)}" : Note is null ? Cause switch
            {
                nameof(Core.Evaluations.DecisionCause.NoPermit) => "no policy permits it",
                nameof(Core.Evaluations.DecisionCause.SubjectDisabled) => "the account is disabled",
                _ => $"the cause is {Cause}",
            } : "no policy decided";
            return string.Join("; ", new[] { decided, Note }.OfType<string>().Concat(Errors));
        }
    }
}
