namespace Doorward.Cedar.Evaluation;

/// <summary>
/// Attributes and tags. An entity that is not in the store has none, which <c>has</c> and <c>hasTag</c> say; to ask it for one is an error.
/// </summary>
internal static class AttributeAccess
{
    public static Outcome Get(CedarValue target, string name, IEntityStore entities)
    {
        if (target is RecordValue record) return record.TryGet(name, out var value) ? value : Missing(null, name);
        if (target is not EntityValue { Uid: var uid })
            return Outcome.WrongType(EvaluationText.NoAttributes(target.TypeName));
        if (entities.Find(uid) is not { } entity)
            return Outcome.Failed(EvaluationErrorKind.MissingEntity, EvaluationText.MissingEntity(uid.Type, name));
        return entity.Attributes.TryGet(name, out var found) ? found : Missing(uid.Type, name);
    }

    /// <summary>Whether the first name is there, and the next inside it, and so on.</summary>
    public static Outcome Has(CedarValue target, IReadOnlyList<string> path, IEntityStore entities)
    {
        foreach (var name in path)
        {
            var attributes = target switch
            {
                RecordValue record => record,
                EntityValue entity => entities.Find(entity.Uid)?.Attributes ?? RecordValue.Empty,
                _ => null,
            };
            if (attributes is null) return Outcome.WrongType(EvaluationText.HasTarget(target.TypeName));
            if (!attributes.TryGet(name, out var next)) return false;
            target = next;
        }
        return true;
    }

    public static Outcome GetTag(EntityUid uid, string tag, IEntityStore entities)
    {
        if (entities.Find(uid)?.Tags is { } tags && tags.TryGet(tag, out var value)) return value;
        return Outcome.Failed(EvaluationErrorKind.MissingTag, EvaluationText.MissingTag(uid.Type));
    }

    public static bool HasTag(EntityUid uid, string tag, IEntityStore entities) => entities.Find(uid)?.Tags?.Contains(tag) == true;

    private static Outcome Missing(string? entityType, string name) =>
        Outcome.Failed(EvaluationErrorKind.MissingAttribute, EvaluationText.MissingAttribute(entityType, name));
}
