using Doorward.Cedar;
using Doorward.Cedar.Validation;
using Doorward.Core.Evaluations;
using Doorward.Core.Policies;

namespace Doorward.Testing;

/// <summary>Whether what was evaluated is such as the shipped schema says.</summary>
public static class SchemaAgreement
{
    /// <summary>What of request and entities does not agree; nothing when all does.</summary>
    public static IReadOnlyList<ConformanceError> Disagreements(EvaluationInput input)
    {
        var request = CedarMapping.Request(input);
        var store = new EvaluationEntities(input);
        var entities = ((EntityUid[])[request.Principal, request.Resource, request.Action]).Select(uid => store.Find(uid)!);
        return [.. RequestValidator.Validate(ShippedSchema.Schema, request), .. RequestValidator.Validate(ShippedSchema.Schema, entities)];
    }
}
