using Doorward.Agent.State;

namespace Doorward.Agent.Connector;

/// <summary>The folder that a replica keeps its joining in, for its own user alone; and where it says how it does, for all.</summary>
internal sealed class ConnectorFolder(string path)
{
    public const string Usual = "/var/lib/doorward-connector";
    private const string UsualRunning = "/run/doorward-connector";
    private readonly OwnFolder<ConnectorRecord> _own = new()
    {
        Location = Path.GetFullPath(path),
        Record = "connector.json",
        Type = AgentJson.Default.ConnectorRecord,
        Missing = "has not joined a connector",
        Maker = "doorward-agent connector join",
        Anew = "join again",
    };

    public string Location => _own.Location;

    public string KeyFile => Path.Join(Location, "connector.key");

    /// <summary>Apart from the folder where that is the usual one: people may not look into it.</summary>
    public string HealthFile => Path.Join(Location == Usual ? UsualRunning : Location, "health.json");

    public bool HasRecord => _own.HasRecord;

    public void Create() => _own.Create();

    public FileStream Lock() => _own.Lock();

    public ConnectorRecord Read() => _own.Read();

    public void Write(ConnectorRecord record) => _own.Write(record);
}
