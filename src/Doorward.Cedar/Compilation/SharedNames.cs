namespace Doorward.Cedar.Compilation;

/// <summary>
/// Names that policies repeat, each as one object: equal names are then mostly the same one, which is cheaper to see and to hold. A name
/// takes the place of another, so that memory stays bounded whatever policies name.
/// </summary>
internal static class SharedNames
{
    private static readonly EntityValue?[] Entities = new EntityValue?[4096];
    private static readonly string?[] Types = new string?[256];

    public static EntityValue Of(EntityUid uid)
    {
        ref var kept = ref Entities[(uint)uid.GetHashCode() % (uint)Entities.Length];
        if (kept is { } name && name.Uid == uid) return name;
        return kept = new EntityValue(new EntityUid(Of(uid.Type), uid.Id));
    }

    public static string Of(string type)
    {
        ref var kept = ref Types[(uint)string.GetHashCode(type, StringComparison.Ordinal) % (uint)Types.Length];
        if (string.Equals(kept, type, StringComparison.Ordinal)) return kept!;
        return kept = type;
    }
}
