namespace Doorward.Core.Settings;

/// <summary>What is wrong with a settings file: at which line, counted from 1, what, and what to do.</summary>
public sealed record SettingsFault(long Line, string What, string Fix);
