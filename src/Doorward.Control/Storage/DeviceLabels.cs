using System.Text.Json;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Doorward.Control.Storage;

/// <summary>How labels of devices are kept: as one JSON text, in the order of their names.</summary>
internal static class DeviceLabels
{
    public static readonly ValueConverter<Dictionary<string, string>, string> Converter = new(
        labels => Write(labels), text => JsonSerializer.Deserialize<Dictionary<string, string>>(text, JsonSerializerOptions.Web)!);

    public static readonly ValueComparer<Dictionary<string, string>> Comparer = new(
        (one, other) => Write(one!) == Write(other!), labels => Write(labels).GetHashCode(StringComparison.Ordinal), labels => new Dictionary<string, string>(labels));

    private static string Write(Dictionary<string, string> labels) =>
        JsonSerializer.Serialize(new SortedDictionary<string, string>(labels, StringComparer.Ordinal), JsonSerializerOptions.Web);
}
