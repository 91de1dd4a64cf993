using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Doorward.Control.Devices.Providers;

/// <summary>
/// Where a provider's answer has its records, and what in a record says whose it is, how it does and when that was seen. Data: those of known
/// products are files of this folder, and an operator may write their own.
/// </summary>
internal sealed record RecordMapping
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerOptions.Web) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    /// <summary>The list of records, or one record by itself; empty for the whole answer.</summary>
    public string Records { get; init; } = "";

    /// <summary>Where the next page is; null when an answer is whole.</summary>
    public NextPage? Next { get; init; }

    /// <summary>In a record: the machine's name, and when the product last heard of it; null when it does not say.</summary>
    public string? HostName { get; init; }
    public string? Seen { get; init; }

    /// <summary>What is judged: the worst of all counts, and a value that is in no table is missing.</summary>
    public ImmutableArray<HealthTable> Health { get; init; } = [];

    /// <summary>Those of known products, by name.</summary>
    public static ImmutableSortedDictionary<string, RecordMapping> Shipped { get; } = Load();

    private static ImmutableSortedDictionary<string, RecordMapping> Load()
    {
        const string prefix = "posture-provider.";
        var assembly = typeof(RecordMapping).Assembly;
        return assembly.GetManifestResourceNames().Where(static name => name.StartsWith(prefix, StringComparison.Ordinal)).ToImmutableSortedDictionary(
            static name => name[prefix.Length..],
            name =>
            {
                using var file = assembly.GetManifestResourceStream(name)!;
                return JsonSerializer.Deserialize<RecordMapping>(file, Strict) ?? throw new InvalidOperationException($"The mapping {name} is empty.");
            },
            StringComparer.Ordinal);
    }
}

/// <param name="At">An address of the same host, or with a parameter its value; nothing there means that this was the last page.</param>
/// <param name="Parameter">The query's parameter that asks for it.</param>
internal sealed record NextPage(string At, string? Parameter = null);

/// <summary>Which values at a place mean what.</summary>
internal sealed record HealthTable(string At)
{
    public ImmutableArray<string> Green { get; init; } = [];
    public ImmutableArray<string> Yellow { get; init; } = [];
    public ImmutableArray<string> Red { get; init; } = [];

    public ProviderHealth Of(string? value) =>
        value is null ? ProviderHealth.Missing
        : Red.Contains(value, StringComparer.OrdinalIgnoreCase) ? ProviderHealth.Red
        : Yellow.Contains(value, StringComparer.OrdinalIgnoreCase) ? ProviderHealth.Yellow
        : Green.Contains(value, StringComparer.OrdinalIgnoreCase) ? ProviderHealth.Green
        : ProviderHealth.Missing;
}

/// <summary>How a provider says that a machine does. The zero value, and the worst: nothing is known.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProviderHealth>))]
internal enum ProviderHealth { Missing, Red, Yellow, Green }
