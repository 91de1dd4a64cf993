using Doorward.Cedar.Schemas;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Residuals;

/// <summary>Calls of extension functions on what may not be known.</summary>
internal static class ResidualCalls
{
    private static readonly ExtensionType Decimal = new("decimal"), Ip = new("ipaddr"), DateTime = new("datetime"), Duration = new("duration");

    public static Residual Evaluate(ExtensionCallExpression call, List<Residual> arguments)
    {
        var rest = new ExtensionCallExpression(call.Function, arguments.ConvertAll(argument => argument.Expression)) { Span = call.Span };
        var function = ExtensionFunctions.Find(call.Function)!;
        var (known, mayFail, failsAlways) = ResidualEvaluator.Sum(arguments);
        if (failsAlways || arguments.Count != function.Arity) return Residual.Failing(rest);
        if (known) return function.Call([.. arguments.Select(argument => argument.Value!)]).Value is { } value ? Residual.Known(value, call) : Residual.Failing(rest);
        var (result, taken) = SignatureOf(call.Function);
        // Texts may not be readable and times may not fit; what only compares or converts has an answer for all values of its types.
        mayFail |= taken is null || arguments.Exists(argument => !taken.Equals(argument.Type));
        return Residual.Open(rest, OutcomesExtensions.Of(result) | (mayFail ? Outcomes.Error : Outcomes.None), result);
    }

    /// <summary>The type of the result, and of all arguments when no values of it make the function fail.</summary>
    private static (CedarType Result, CedarType? Taken) SignatureOf(string function) => function switch
    {
        "decimal" => (Decimal, null),
        "ip" => (Ip, null),
        "datetime" or "offset" or "toDate" => (DateTime, null),
        "duration" or "durationSince" or "toTime" => (Duration, null),
        "lessThan" or "lessThanOrEqual" or "greaterThan" or "greaterThanOrEqual" => (BooleanType.Any, Decimal),
        "isIpv4" or "isIpv6" or "isLoopback" or "isMulticast" or "isInRange" => (BooleanType.Any, Ip),
        _ => (LongType.Only, Duration),
    };
}
