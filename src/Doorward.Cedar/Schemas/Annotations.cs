using System.Collections.ObjectModel;

namespace Doorward.Cedar.Schemas;

internal static class Annotations
{
    public static IReadOnlyDictionary<string, string> None => ReadOnlyDictionary<string, string>.Empty;
}
