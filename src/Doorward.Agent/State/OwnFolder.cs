using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Doorward.Agent.Keys;

namespace Doorward.Agent.State;

/// <summary>A folder in which a program keeps its one record and its key, for its own user alone.</summary>
internal sealed class OwnFolder<T>
    where T : class
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public required string Location { get; init; }

    /// <summary>The record's file.</summary>
    public required string Record { get; init; }

    public required JsonTypeInfo<T> Type { get; init; }

    /// <summary>What this machine did not do while there is no record.</summary>
    public required string Missing { get; init; }

    /// <summary>The command that makes one.</summary>
    public required string Maker { get; init; }

    /// <summary>What to do once a damaged record is removed with its folder.</summary>
    public required string Anew { get; init; }

    public bool HasRecord => File.Exists(RecordFile);

    private string RecordFile => Path.Join(Location, Record);

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

    /// <summary>Held for as long as the program runs: two with one key would be taken for two machines, or take each other's certificates away.</summary>
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

    public T Read()
    {
        if (!HasRecord) throw new DeviceKeyException($"this machine {Missing} ({RecordFile} is not there, or not yours to read): run {Maker}");
        try
        {
            return JsonSerializer.Deserialize(PrivateFile.Read(RecordFile), Type) ?? throw new JsonException("it is empty");
        }
        catch (JsonException error)
        {
            throw new DeviceKeyException($"{RecordFile} cannot be read: remove {Location} and {Anew}", error);
        }
    }

    public void Write(T record) => PrivateFile.Replace(RecordFile, JsonSerializer.SerializeToUtf8Bytes(record, Type));
}
