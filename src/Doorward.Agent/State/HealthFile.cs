using System.Security.Cryptography;
using System.Text.Json;

namespace Doorward.Agent.State;

/// <summary>What the agent last knew of how the device does. Everybody may read it, and only the agent write it.</summary>
internal sealed class HealthFile(string path)
{
    private const UnixFileMode All = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    public void Write(AgentHealth health)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var beside = $"{path}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = All;
        using (var stream = new FileStream(beside, options)) JsonSerializer.Serialize(stream, health, AgentJson.Default.AgentHealth);
        File.Move(beside, path, overwrite: true);
    }

    /// <summary>Null when nothing was written, or it cannot be read.</summary>
    public AgentHealth? Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), AgentJson.Default.AgentHealth);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
