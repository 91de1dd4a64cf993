using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Validation;

/// <summary>The findings of one policy. What is found again for another kind of request is kept once.</summary>
internal sealed class Findings(PolicyStatement policy)
{
    private readonly List<ValidationFinding> _errors = [];
    private readonly List<ValidationFinding> _warnings = [];
    private readonly HashSet<(SourceSpan Span, string Message)> _known = [];

    public IReadOnlyList<ValidationFinding> Errors => _errors;

    public IReadOnlyList<ValidationFinding> Warnings => _warnings;

    /// <summary>For which requests the policy is just looked at.</summary>
    public RequestEnvironment? Environment { get; set; }

    public void Fail(ValidationFindingKind kind, SourceSpan span, string message, string? expected = null, string? hint = null) =>
        Add(_errors, kind, span, message, expected, hint);

    public void Warn(ValidationFindingKind kind, SourceSpan span, string message, string? hint = null) =>
        Add(_warnings, kind, span, message, null, hint);

    private void Add(List<ValidationFinding> list, ValidationFindingKind kind, SourceSpan span, string message, string? expected, string? hint)
    {
        if (!_known.Add((span, message))) return;
        list.Add(new ValidationFinding(policy.Id, kind, message, policy.Locate(span))
        {
            Expected = expected,
            Hint = hint,
            Environment = Environment?.ToString(),
        });
    }
}
