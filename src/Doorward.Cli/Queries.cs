namespace Doorward.Cli;

/// <summary>Addresses of lists with what they are filtered by.</summary>
internal static class Queries
{
    public static string Address(string list, IEnumerable<(string Name, string? Value)> filters)
    {
        var query = string.Join('&', filters.Where(static filter => filter.Value is not null).Select(static filter => $"{filter.Name}={Uri.EscapeDataString(filter.Value!)}"));
        return query.Length == 0 ? list : $"{list}?{query}";
    }
}
