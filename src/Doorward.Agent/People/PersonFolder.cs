using System.Text.Json;
using Doorward.Agent.Keys;

namespace Doorward.Agent.People;

/// <summary>The folder in which a person's sign-in is kept, for that person's user alone.</summary>
internal sealed class PersonFolder(string path)
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary><c>$XDG_CONFIG_HOME/doorward-agent</c>, or what stands for it on this system.</summary>
    public static string Usual => Path.Join(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "doorward-agent");

    public string Location { get; } = Path.GetFullPath(path);

    private string SessionFile => Path.Join(Location, "session.json");

    /// <summary>Null when nobody is signed in.</summary>
    public PersonRecord? Read()
    {
        if (!File.Exists(SessionFile)) return null;
        try
        {
            return JsonSerializer.Deserialize(PrivateFile.Read(SessionFile), PersonJson.Default.PersonRecord);
        }
        catch (JsonException error)
        {
            throw new DeviceKeyException($"{SessionFile} cannot be read: remove it and run doorward-agent login", error);
        }
    }

    public void Write(PersonRecord record)
    {
        try
        {
            Directory.CreateDirectory(Location);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Location, Owner);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DeviceKeyException($"cannot use {Location}: {error.Message}", error);
        }

        PrivateFile.Replace(SessionFile, JsonSerializer.SerializeToUtf8Bytes(record, PersonJson.Default.PersonRecord));
    }

    public void Delete() => File.Delete(SessionFile);
}
