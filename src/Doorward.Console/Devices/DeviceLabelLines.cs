namespace Doorward.Console.Devices;

/// <summary>Labels as lines of <c>key=value</c>; the first of a key counts.</summary>
internal static class DeviceLabelLines
{
    internal static Dictionary<string, string> Read(string text) => text.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(static line => line.Split('=', 2)).DistinctBy(static pair => pair[0].Trim())
        .ToDictionary(static pair => pair[0].Trim(), static pair => pair.ElementAtOrDefault(1)?.Trim() ?? "", StringComparer.Ordinal);
}
