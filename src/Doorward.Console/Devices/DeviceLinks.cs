namespace Doorward.Console.Devices;

/// <summary>Addresses of devices, lists of them, and rules.</summary>
internal static class DeviceLinks
{
    internal const string All = "/devices";
    internal const string Compliance = "/devices/compliance";
    internal const string Rules = "/posture-rules";

    internal static string Device(string id) => $"/devices/{Uri.EscapeDataString(id)}";

    internal const string Providers = "/posture-providers";

    internal static string Provider(string name) => $"{Providers}/{Uri.EscapeDataString(name)}";

    internal static string Rule(string name) => $"/posture-rules/{Uri.EscapeDataString(name)}";

    /// <summary>The list, narrowed by what is not null.</summary>
    internal static string Where(string? health = null, string? rule = null, string? fact = null, string? result = null, string? platform = null, string? owner = null)
    {
        var query = string.Join('&', new[] { (nameof(health), health), (nameof(rule), rule), (nameof(fact), fact), (nameof(result), result), (nameof(platform), platform), (nameof(owner), owner) }
            .Where(static pair => pair.Item2 is not null).Select(static pair => $"{pair.Item1}={Uri.EscapeDataString(pair.Item2!)}"));
        return query.Length == 0 ? All : $"{All}?{query}";
    }
}
