namespace Doorward.Agent.State;

/// <summary>The folder that the agent keeps its enrolment in, for its own user alone; and where it says how it does, for all.</summary>
internal sealed class AgentFolder(string path)
{
    public const string Usual = "/var/lib/doorward-agent";
    private const string UsualRunning = "/run/doorward-agent";
    private readonly OwnFolder<AgentRecord> _own = new()
    {
        Location = Path.GetFullPath(path),
        Record = "device.json",
        Type = AgentJson.Default.AgentRecord,
        Missing = "is not enrolled",
        Maker = "doorward-agent enroll",
        Anew = "enrol this machine again",
    };

    public string Location => _own.Location;

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

    public bool HasRecord => _own.HasRecord;

    private string Running => Location == Usual ? UsualRunning : Location;

    public void Create() => _own.Create();

    public FileStream Lock() => _own.Lock();

    public AgentRecord Read() => _own.Read();

    public void Write(AgentRecord record) => _own.Write(record);
}
