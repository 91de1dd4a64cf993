using Doorward.Cedar.Lexing;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Validation;

namespace Doorward.Cedar.Editing;

/// <summary>Attributes and methods of what stands in front of a dot, for all kinds of requests that the scope leaves.</summary>
internal sealed class MemberCompletion(Schema schema, List<RequestEnvironment> environments)
{
    // What no schema nests as deep need not be looked up.
    private const int MaxPath = 64;

    private static readonly string[] OfSets = ["contains(", "containsAll(", "containsAny(", "isEmpty()"];
    private static readonly string[] OfEntities = ["hasTag(", "getTag("];
    private static readonly string[] OfDecimals = ["greaterThan(", "greaterThanOrEqual(", "lessThan(", "lessThanOrEqual("];
    private static readonly string[] OfAddresses = ["isInRange(", "isIpv4()", "isIpv6()", "isLoopback()", "isMulticast()"];
    private static readonly string[] OfMoments = ["durationSince(", "offset(", "toDate()", "toTime()"];
    private static readonly string[] OfDurations = ["toDays()", "toHours()", "toMilliseconds()", "toMinutes()", "toSeconds()"];

    /// <summary>With the dot at the index. Behind <c>context has device.</c> only attributes come.</summary>
    public IEnumerable<Completion> Behind(CursorText cursor, int dot)
    {
        var (path, start) = PathBefore(cursor, dot);
        if (cursor.Text(start - 1) is not "has") return Members(TypesOf(path), withMethods: true);
        var (outer, _) = PathBefore(cursor, start - 1);
        return Members(TypesOf([.. outer, .. path]), withMethods: false);
    }

    /// <summary>With <c>has</c> at the index.</summary>
    public IEnumerable<Completion> Attributes(CursorText cursor, int has) => Members(TypesOf(PathBefore(cursor, has).Path), withMethods: false);

    /// <summary>The names joined by dots in front of the index, and the index of the first; none when it is another expression.</summary>
    private static (List<string> Path, int Start) PathBefore(CursorText cursor, int end)
    {
        var path = new List<string>();
        var start = end - 1;
        for (; cursor.Kind(start) == TokenKind.Identifier && path.Count < MaxPath; start -= 2)
        {
            path.Insert(0, cursor.Text(start).ToString());
            if (cursor.Kind(start - 1) != TokenKind.Dot) return (path, start);
        }
        return ([], end);
    }

    private IEnumerable<CedarType> TypesOf(List<string> path)
    {
        if (path.Count == 0) return [];
        return environments.Select(environment => Root(environment, path[0])).OfType<CedarType>().Distinct()
            .Select(root => path.Skip(1).Aggregate<string, CedarType?>(root, (type, name) => type is null ? null : AttributesOf(type)?.Attributes.GetValueOrDefault(name).Type))
            .OfType<CedarType>().Distinct();
    }

    private static CedarType? Root(RequestEnvironment environment, string variable) => variable switch
    {
        "principal" => environment.Principal,
        "action" => environment.ActionType,
        "resource" => environment.Resource,
        "context" => environment.Action.Context,
        _ => null,
    };

    private IEnumerable<Completion> Members(IEnumerable<CedarType> types, bool withMethods)
    {
        var all = types.ToList();
        var attributes = all.Select(AttributesOf).OfType<RecordType>().SelectMany(record => record.Attributes)
            .Where(attribute => CedarText.IsIdentifier(attribute.Key))
            .GroupBy(attribute => attribute.Key, StringComparer.Ordinal)
            .OrderBy(attribute => attribute.Key, StringComparer.Ordinal)
            .Select(attribute => new Completion(attribute.Key, CompletionKind.Attribute, Detail([.. attribute.Select(one => one.Value)])));
        var methods = withMethods ? all.SelectMany(MethodsOf).Distinct().Select(name => new Completion(name, CompletionKind.Method)) : [];
        return attributes.Concat(methods);
    }

    private static string Detail(List<AttributeType> attributes) =>
        string.Join(" or ", attributes.Select(attribute => attribute.Type.ToString()).Distinct()) + (attributes.TrueForAll(attribute => attribute.IsRequired) ? "" : ", optional");

    private RecordType? AttributesOf(CedarType type) => type switch
    {
        RecordType record => record,
        EntityType { Names: [var name] } => schema.EntityTypes.GetValueOrDefault(name)?.Attributes,
        _ => null,
    };

    private IEnumerable<string> MethodsOf(CedarType type) => type switch
    {
        SetType => OfSets,
        EntityType { Names: [var name] } => schema.EntityTypes.GetValueOrDefault(name)?.Tags is null ? [] : OfEntities,
        ExtensionType { Name: "decimal" } => OfDecimals,
        ExtensionType { Name: "ipaddr" } => OfAddresses,
        ExtensionType { Name: "datetime" } => OfMoments,
        ExtensionType { Name: "duration" } => OfDurations,
        _ => [],
    };
}
