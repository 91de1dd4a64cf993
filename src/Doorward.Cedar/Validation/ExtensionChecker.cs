using System.Collections.Frozen;
using System.Collections.Immutable;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Validation;

/// <summary>Calls of extension functions: the right arguments, and texts that can be read already now.</summary>
internal sealed class ExtensionChecker(TypeChecker checker, CheckContext context)
{
    private sealed record Signature(CedarType Result, params CedarType[] Arguments);

    private static readonly ExtensionType Decimal = new("decimal"), Ip = new("ipaddr"), DateTime = new("datetime"), Duration = new("duration");

    private static readonly FrozenDictionary<string, Signature> Signatures = new Dictionary<string, Signature>(StringComparer.Ordinal)
    {
        ["decimal"] = new(Decimal, StringType.Only),
        ["ip"] = new(Ip, StringType.Only),
        ["datetime"] = new(DateTime, StringType.Only),
        ["duration"] = new(Duration, StringType.Only),
        ["lessThan"] = new(BooleanType.Any, Decimal, Decimal),
        ["lessThanOrEqual"] = new(BooleanType.Any, Decimal, Decimal),
        ["greaterThan"] = new(BooleanType.Any, Decimal, Decimal),
        ["greaterThanOrEqual"] = new(BooleanType.Any, Decimal, Decimal),
        ["isIpv4"] = new(BooleanType.Any, Ip),
        ["isIpv6"] = new(BooleanType.Any, Ip),
        ["isLoopback"] = new(BooleanType.Any, Ip),
        ["isMulticast"] = new(BooleanType.Any, Ip),
        ["isInRange"] = new(BooleanType.Any, Ip, Ip),
        ["offset"] = new(DateTime, DateTime, Duration),
        ["durationSince"] = new(Duration, DateTime, DateTime),
        ["toDate"] = new(DateTime, DateTime),
        ["toTime"] = new(Duration, DateTime),
        ["toMilliseconds"] = new(LongType.Only, Duration),
        ["toSeconds"] = new(LongType.Only, Duration),
        ["toMinutes"] = new(LongType.Only, Duration),
        ["toHours"] = new(LongType.Only, Duration),
        ["toDays"] = new(LongType.Only, Duration),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public Answer Check(ExtensionCallExpression call, ImmutableHashSet<Capability> known)
    {
        var signature = Signatures[call.Function];
        var function = ExtensionFunctions.Find(call.Function)!;
        if (call.Arguments.Count != signature.Arguments.Length)
        {
            var self = function.IsMethod ? 1 : 0;
            context.Findings.Fail(
                ValidationFindingKind.Arguments, call.Span,
                $"{call.Function}(..) takes {signature.Arguments.Length - self} argument(s), not {call.Arguments.Count - self}.");
            foreach (var argument in call.Arguments) checker.Check(argument, known);
            return Answer.Unknown;
        }
        var isComplete = function.IsMethod || CheckConstructor(call, function);
        for (var i = 0; i < call.Arguments.Count; i++)
        {
            var expected = signature.Arguments[i];
            isComplete &= checker.Expect(call.Arguments[i], known, type => type.Equals(expected), expected.ToString()).Type is not null;
        }
        return isComplete ? signature.Result : Answer.Unknown;
    }

    private bool CheckConstructor(ExtensionCallExpression call, ExtensionFunction function)
    {
        if (call.Arguments[0] is LiteralExpression { Value: var value })
        {
            // That the value is no text is found when the arguments are.
            var outcome = value is StringValue ? function.Call([value]) : value;
            if (outcome.Value is null) context.Findings.Fail(ValidationFindingKind.Arguments, call.Arguments[0].Span, outcome.Message);
            return outcome.Value is not null;
        }
        if (!context.IsStrict) return true;
        context.Findings.Fail(
            ValidationFindingKind.Strictness, call.Arguments[0].Span, $"The text of {call.Function}(..) must be written out.",
            hint: $"Declare what holds the text to be of type {Signatures[call.Function].Result} in the schema.");
        return false;
    }
}
