namespace Doorward.Agent.Platform.Windows;

/// <summary>Windows' registry, or one that was exported.</summary>
internal interface IRegistry
{
    bool HasKey(string key);

    /// <summary>A value as text; numbers in decimal. Null when it is not there, or is neither text nor a number.</summary>
    string? Read(string key, string value);
}
