using Doorward.Cedar;
using Doorward.Core.Evidences;

namespace Doorward.Core.Evaluations;

/// <summary>
/// What <see cref="EvaluationEntities"/> says of one subject and one resource, as a store of Cedar's own: dearer to make, and asked
/// without making anything. For whoever evaluates the two again and again.
/// </summary>
public sealed class PreparedEntities
{
    private static readonly EntityStore Actions = EntityStore.Create([
        new Entity(CedarNames.AccessAction),
        new Entity(CedarNames.ReadAction, CedarNames.AccessAction),
        new Entity(CedarNames.WriteAction, CedarNames.AccessAction),
        new Entity(CedarNames.TunnelAction, CedarNames.AccessAction),
    ]);

    private readonly SubjectEvidence _subject;
    private readonly ResourceFacts _resource;

    private PreparedEntities(SubjectEvidence subject, ResourceFacts resource)
    {
        _subject = subject;
        _resource = resource;
        Store = Actions.With(EvaluationEntities.Principal(subject)).With(EvaluationEntities.Resource(resource));
    }

    internal EntityStore Store { get; }

    public static PreparedEntities For(EvaluationInput input) => new(input.Evidence.Subject, input.Resource);

    /// <summary>Whether they were made for exactly this subject and resource: the same objects, not equal ones, since that is asked each time.</summary>
    public bool AreOf(EvaluationInput input) => ReferenceEquals(input.Evidence.Subject, _subject) && ReferenceEquals(input.Resource, _resource);
}
