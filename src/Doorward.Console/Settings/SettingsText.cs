namespace Doorward.Console.Settings;

/// <summary>Names the texts of <c>SettingsText.resx</c>.</summary>
public sealed class SettingsText;
