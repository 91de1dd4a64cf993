using System.Collections.Immutable;
using Doorward.Cedar;
using Doorward.Cedar.Validation;

namespace Doorward.Core.Policies;

/// <summary>
/// What a publication demands of a policy's text: that it parses, and strictly validates against the shipped schema. The same here,
/// on the command line without an installation, and in the console's editor.
/// </summary>
public sealed class PolicyCheck
{
    private static readonly Lazy<PolicyValidator> Validator = new(static () => new PolicyValidator(ShippedSchema.Schema));

    private PolicyCheck(Policy? policy, ImmutableArray<PolicyNote> errors, ImmutableArray<PolicyNote> warnings) =>
        (Policy, Errors, Warnings) = (policy, errors, warnings);

    /// <summary>Null when the text does not parse.</summary>
    public Policy? Policy { get; }

    /// <summary>What keeps it from being published.</summary>
    public ImmutableArray<PolicyNote> Errors { get; }

    /// <summary>What is allowed and hardly meant.</summary>
    public ImmutableArray<PolicyNote> Warnings { get; }

    public bool IsValid => Errors.IsEmpty;

    public static PolicyCheck Of(string name, string cedar)
    {
        var read = PolicyParser.ParsePolicy(name, cedar);
        return read.Policy is { } policy ? Of(policy) : new PolicyCheck(null, [.. read.Errors.Select(PolicyNote.Of)], []);
    }

    private static PolicyCheck Of(Policy policy)
    {
        var found = Validator.Value.Validate(policy);
        if (!found.IsValid) return new PolicyCheck(policy, [.. found.Errors.Select(PolicyNote.Of)], [.. found.Warnings.Select(PolicyNote.Of)]);
        var off = MissingEvidence.SwitchesOff(policy).ToList();
        var others = found.Warnings.Where(warning => !off.Exists(evidence => IsAbout(warning, evidence)));
        return new PolicyCheck(policy, [], [.. off.Select(evidence => SwitchedOff(evidence, found.Warnings)), .. others.Select(PolicyNote.Of)]);
    }

    // The validator sees only what a guard in front of a read gives away; what is asked in any other way is seen by MissingEvidence.
    private static bool IsAbout(ValidationFinding warning, string evidence) =>
        warning.Kind == ValidationFindingKind.ForbidNeedsEvidence && warning.Message.Contains($"`context.{evidence}`", StringComparison.Ordinal);

    private static PolicyNote SwitchedOff(string evidence, IReadOnlyList<ValidationFinding> warnings) => new(
        $"It forbids nothing to whoever has no {evidence} evidence.",
        warnings.FirstOrDefault(warning => IsAbout(warning, evidence))?.Location ?? new(1, 1, 0, 0))
    {
        Hint = $"To forbid that too, write unless {{ context has {evidence} && ... }}.",
    };
}
