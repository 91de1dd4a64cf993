using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Doorward.Agent.State;

/// <summary>What the agent last knew of how it does. Everybody may read it, and only the agent write it.</summary>
internal sealed class HealthFile<T>(string path, JsonTypeInfo<T> type)
    where T : class
{
    private const UnixFileMode All = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public void Write(T health)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var beside = $"{path}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = All;
        using (var stream = new FileStream(beside, options)) JsonSerializer.Serialize(stream, health, type);
        File.Move(beside, path, overwrite: true);
    }

    /// <summary>Null when nothing was written, or it cannot be read.</summary>
    public T? Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), type);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
