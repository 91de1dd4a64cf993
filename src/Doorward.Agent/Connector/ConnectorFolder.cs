using System.Text.Json;
using Doorward.Agent.Keys;
using Doorward.Agent.State;

namespace Doorward.Agent.Connector;

/// <summary>The folder that a replica keeps its joining in, for its own user alone; and where it says how it does, for all.</summary>
internal sealed class ConnectorFolder(string path)
{
    public const string Usual = "/var/lib/doorward-connector";
    private const string UsualRunning = "/run/doorward-connector";
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Location { get; } = Path.GetFullPath(path);

    public string KeyFile => Path.Join(Location, "connector.key");

    /// <summary>Apart from the folder where that is the usual one: people may not look into it.</summary>
    public string HealthFile => Path.Join(Location == Usual ? UsualRunning : Location, "health.json");

    private string RecordFile => Path.Join(Location, "connector.json");

    public bool HasRecord => File.Exists(RecordFile);

    public void Create()
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
    }

    /// <summary>Held for as long as it runs: two of one name would take each other's certificates away.</summary>
    public FileStream Lock()
    {
        try
        {
            return new FileStream(Path.Join(Location, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DeviceKeyException($"another doorward-agent uses {Location}, or it cannot be written: {error.Message}", error);
        }
    }

    public ConnectorRecord Read()
    {
        if (!HasRecord) throw new DeviceKeyException($"this machine has not joined a connector ({RecordFile} is not there, or not yours to read): run doorward-agent connector join");
        try
        {
            return JsonSerializer.Deserialize(PrivateFile.Read(RecordFile), AgentJson.Default.ConnectorRecord) ?? throw new JsonException("it is empty");
        }
        catch (JsonException error)
        {
            throw new DeviceKeyException($"{RecordFile} cannot be read: remove {Location} and join again", error);
        }
    }

    public void Write(ConnectorRecord record) => PrivateFile.Replace(RecordFile, JsonSerializer.SerializeToUtf8Bytes(record, AgentJson.Default.ConnectorRecord));
}
