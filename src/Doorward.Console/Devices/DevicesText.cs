namespace Doorward.Console.Devices;

/// <summary>Names the texts of <c>DevicesText.resx</c>.</summary>
public sealed class DevicesText;
