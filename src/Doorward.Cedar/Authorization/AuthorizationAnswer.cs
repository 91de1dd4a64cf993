namespace Doorward.Cedar;

/// <summary>
/// An answer that lives in an <see cref="AuthorizationScratch"/>, until that is used for another request. It says the same as an
/// <see cref="AuthorizationResponse"/>, in the same order, and writes the sentences of errors only when they are asked for.
/// </summary>
public readonly ref struct AuthorizationAnswer
{
    private readonly ReadOnlySpan<Result> _reasons;
    private readonly ReadOnlySpan<Result> _errors;

    internal AuthorizationAnswer(Decision decision, ReadOnlySpan<Result> reasons, ReadOnlySpan<Result> errors)
    {
        Decision = decision;
        _reasons = reasons;
        _errors = errors;
    }

    /// <summary>Allow or deny.</summary>
    public Decision Decision { get; }

    /// <summary>How many policies decided.</summary>
    public int ReasonCount => _reasons.Length;

    /// <summary>How many policies could not be evaluated.</summary>
    public int ErrorCount => _errors.Length;

    /// <summary>A policy that decided; see <see cref="AuthorizationResponse.Reasons"/>.</summary>
    public Policy Reason(int index) => _reasons[index].Policy;

    /// <summary>A policy that could not be evaluated.</summary>
    public Policy ErringPolicy(int index) => _errors[index].Policy;

    /// <summary>What kind of error a policy met.</summary>
    public EvaluationErrorKind ErrorKind(int index) => _errors[index].Failure.Kind;

    /// <summary>The error of a policy with sentence and place. This is the one thing here that makes an object.</summary>
    public EvaluationError Error(int index) => _errors[index].ToError();

    /// <summary>The same answer, to be kept.</summary>
    public AuthorizationResponse ToResponse()
    {
        var reasons = _reasons.IsEmpty ? [] : new string[_reasons.Length];
        for (var i = 0; i < reasons.Length; i++) reasons[i] = _reasons[i].Policy.Id;
        var errors = _errors.IsEmpty ? [] : new EvaluationError[_errors.Length];
        for (var i = 0; i < errors.Length; i++) errors[i] = Error(i);
        return new AuthorizationResponse(Decision, reasons, errors);
    }
}
