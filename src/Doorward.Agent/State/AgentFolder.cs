using System.Text.Json;
using Doorward.Agent.Keys;

namespace Doorward.Agent.State;

/// <summary>The folder that the agent keeps its enrolment in, for its own user alone; and where it says how it does, for all.</summary>
internal sealed class AgentFolder(string path)
{
    public const string Usual = "/var/lib/doorward-agent";
    private const string UsualRunning = "/run/doorward-agent";
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Location { get; } = Path.GetFullPath(path);

    public string KeyFile => Path.Join(Location, "device.key");

    public string SequenceFile => Path.Join(Location, "sequence");

    /// <summary>Apart from the folder where that is the usual one: people may not look into it.</summary>
    public string HealthFile => Path.Join(Running, "health.json");

    /// <summary>Where anybody on the machine asks the agent how it does.</summary>
    public string StatusSocket => Path.Join(Running, "status");

    /// <summary>Where people on the machine have their tunnels carried.</summary>
    public string PeopleSocket => Path.Join(Running, "people");

    /// <summary>What commands keep of a session while no agent runs: key and certificate, in memory where the folder is the usual one.</summary>
    public string SessionFile => Path.Join(Running, "session.pem");

    private string Running => Location == Usual ? UsualRunning : Location;

    private string RecordFile => Path.Join(Location, "device.json");

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

    /// <summary>Held for as long as the agent runs: two with one key would be taken for two machines, and both be held.</summary>
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

    public AgentRecord Read()
    {
        if (!HasRecord) throw new DeviceKeyException($"this machine is not enrolled ({RecordFile} is not there, or not yours to read): run doorward-agent enroll");
        try
        {
            return JsonSerializer.Deserialize(PrivateFile.Read(RecordFile), AgentJson.Default.AgentRecord) ?? throw new JsonException("it is empty");
        }
        catch (JsonException error)
        {
            throw new DeviceKeyException($"{RecordFile} cannot be read: remove {Location} and enrol this machine again", error);
        }
    }

    public void Write(AgentRecord record) => PrivateFile.Replace(RecordFile, JsonSerializer.SerializeToUtf8Bytes(record, AgentJson.Default.AgentRecord));
}
